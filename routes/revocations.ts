// GET /revocations: what gateways and other services need in order to refuse, within a second, the tokens that this one refuses.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import type { GuardHook } from '../plugins/authenticate.js'
import { readBearer } from '../plugins/bearer.js'
import { createTokenCheck } from '../plugins/service-token.js'
import { Ref } from '../src/schemas/fields.js'
import { presentRevocation, RevocationPage, RevocationQuery } from '../src/schemas/revocation.js'
import { bearer, noStore } from './contract.js'

const list = {
  schema: {
    operationId: 'listRevocations',
    summary: 'The tokens that are not to count any more, oldest first',
    description: 'For who shows REVOCATIONS_TOKEN, or an admin. Ask again with `cursor` as `since`, at least twice a second; what is told twice changes nothing. ' +
      'After the service has moved to another database a cursor may be refused (`invalid_cursor`): ask without it.',
    tags: ['Discovery'],
    security: bearer,
    querystring: RevocationQuery,
    response: { 200: Ref(RevocationPage) }
  },
  config: { refuses: ['forbidden', 'invalid_cursor'], sends: ['cache-control'] }
} as const

/** Lets admins through, and who knows the token. */
function createGuards ({ authenticate, requireRole, config: { revocationsToken } }: FastifyInstance): GuardHook[] {
  const admins = requireRole('admin')
  const isService = revocationsToken === null ? () => false : createTokenCheck(revocationsToken)
  return [authenticate, admins].map((guard): GuardHook => function guardRevocations (request, reply, done) {
    if (isService(readBearer(request) ?? '')) done()
    else guard.call(this, request, reply, done)
  })
}

const routes: FastifyPluginAsyncTypebox = async function revocations (app) {
  app.get('', { ...list, onRequest: createGuards(app) }, async function listRevocations ({ query: { since = null, limit = 500 } }, reply) {
    const { items, ...place } = await app.services.revocations.page(since, limit)
    return await reply.headers(noStore).send({ ...place, items: items.map(presentRevocation) })
  })
}

export default routes
