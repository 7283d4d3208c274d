// Writes to the audit log who asked for what their role does not allow, and who asked for too much: one line an account or address, operation
// and quarter of an hour; on every route.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { isServiceError } from '../src/errors.js'
import { addressKey } from '../src/throttling/address.js'
import { createBoundedNotes } from '../src/throttling/bounded-notes.js'

export default fp(async function refusals (app: FastifyInstance) {
  const { audit } = app.services
  const excess = createBoundedNotes(app.clock)
  const forbidden = createBoundedNotes(app.clock)

  async function noteForbidden ({ auth: { userId, role }, device, method, routeOptions: { url } }: FastifyRequest): Promise<void> {
    if (!forbidden.take(`${userId} ${role} ${method} ${String(url)}`)) return
    await audit.record('authz_fail', { userId, device, detail: { method, route: String(url), role } })
  }

  async function noteExcess ({ authenticated, device, method, routeOptions }: FastifyRequest): Promise<void> {
    // None where the address is not known here.
    const url = routeOptions.url ?? null
    if (!excess.take(`${addressKey(device.ip)} ${method} ${String(url)}`)) return
    await audit.record('excess_rate_limit_exceeded', { userId: authenticated?.userId ?? null, device, detail: { method, route: url } })
  }

  // Fastify calls it once for an error, before whichever error handler the route has.
  app.addHook('onError', async function noteRefusal (request: FastifyRequest, _reply: FastifyReply, error: FastifyError) {
    try {
      if (isServiceError(error, 'forbidden')) await noteForbidden(request)
      if (isServiceError(error, 'too_many_attempts')) await noteExcess(request)
    } catch (err) {
      // Nobody was let in: the refusal stands without its line.
      request.log.error({ err }, 'could not write a refusal to the audit log')
    }
  })
}, { name: 'refusals', dependencies: ['context', 'services', 'sign-in', 'authenticate'] })
