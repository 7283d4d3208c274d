// POST /logout: ends the session of the token.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { bearer, noContent } from './contract.js'

const contract = {
  schema: {
    operationId: 'logout',
    summary: 'Log out here',
    tags: ['Accounts'],
    security: bearer,
    response: { 204: noContent }
  }
} as const

const routes: FastifyPluginAsyncTypebox = async function logout (app) {
  app.post('', contract, async function logout ({ auth, device }, reply) {
    await app.services.sessions.end(auth.sessionId, 'logout')
    await app.services.audit.record('authn_token_revoked', { userId: auth.userId, device, detail: { sessionId: auth.sessionId } })
    return await reply.code(204).send(null)
  })
}

export default routes
