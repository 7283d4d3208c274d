// POST /refresh: the next pair of tokens for a session that lives.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { Refresh, Tokens } from '../src/schemas/tokens.js'
import { noStore } from './contract.js'

const contract = {
  schema: {
    operationId: 'refresh',
    summary: 'Exchange a refresh token for new tokens',
    description: 'Only the codes of 401 end a session. On 429 and 503 keep the token and try again.',
    tags: ['Accounts'],
    body: Ref(Refresh),
    response: { 200: Ref(Tokens) }
  },
  config: { throttle: 'refresh', refuses: ['refresh_invalid', 'refresh_expired', 'refresh_reused', 'session_revoked', 'too_many_attempts'], sends: ['cache-control'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function refresh (app) {
  app.post('', contract, async function refresh (request, reply) {
    const session = await app.services.sessions.refresh(request.body.refreshToken, request.device)
    return await reply.headers(noStore).send(await app.tokensOf(session, request))
  })
}

export default routes
