// Writes to the audit log who asked for what their role does not allow: one line a refusal, on every route.
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { isServiceError } from '../src/errors.js'

export default fp(async function refusals (app: FastifyInstance) {
  const { audit } = app.services

  // Fastify calls it once for an error, before whichever error handler the route has.
  app.addHook('onError', async function noteRefusal (request: FastifyRequest, _reply: FastifyReply, error: FastifyError) {
    if (!isServiceError(error, 'forbidden')) return
    try {
      const { auth: { userId, role }, device, method, routeOptions: { url } } = request
      await audit.record('authz_fail', { userId, device, detail: { method, route: String(url), role } })
    } catch (err) {
      // Nobody was let in: the refusal stands without its line.
      request.log.error({ err }, 'could not write a refusal to the audit log')
    }
  })
}, { name: 'refusals', dependencies: ['services', 'sign-in', 'authenticate'] })
