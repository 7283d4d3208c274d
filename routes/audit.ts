// /audit: what happened, for admins. It is read here and changed nowhere.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ServiceError } from '../src/errors.js'
import { AuditPage, AuditQuery, presentAuditEntry } from '../src/schemas/administration.js'
import { Ref } from '../src/schemas/fields.js'
import { bearer, noStore } from './contract.js'

const list = {
  schema: {
    operationId: 'listAudit', summary: 'A page of the audit log, newest first', tags: ['Administration'], security: bearer,
    querystring: AuditQuery,
    response: { 200: Ref(AuditPage) }
  },
  config: { refuses: ['forbidden', 'invalid_cursor'], sends: ['cache-control'] }
} as const

/** The format lets a leap second through, which no Date can be. */
function readTime (text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new ServiceError('validation_failed', { errors: [{ path: '?since', message: 'is not a time that exists' }] })
  return time
}

const routes: FastifyPluginAsyncTypebox = async function audit (app) {
  app.get('', { ...list, onRequest: app.requireRole('admin') }, async function listAudit ({ query: { since, ...query } }, reply) {
    const page = await app.services.administration.listAudit({ ...query, ...(since !== undefined && { since: readTime(since) }) })
    return await reply.headers(noStore).send({ ...page, items: page.items.map(presentAuditEntry) })
  })
}

export default routes
