// /sessions: where the account is logged in, and ending it there.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ServiceError } from '../src/errors.js'
import { Id, OneOf, Ref } from '../src/schemas/fields.js'
import { presentSession, SessionList } from '../src/schemas/session.js'
import { bearer, noContent, noStore } from './contract.js'

const list = {
  schema: {
    operationId: 'listSessions',
    summary: 'The live sessions of the account, last used first',
    tags: ['Sessions'],
    security: bearer,
    response: { 200: Ref(SessionList) }
  },
  config: { sends: ['cache-control'] }
} as const

const endOne = {
  schema: {
    operationId: 'endSession',
    summary: 'End one session',
    tags: ['Sessions'],
    security: bearer,
    params: Type.Object({ id: Id }, { additionalProperties: false }),
    response: { 204: noContent }
  },
  config: { refuses: ['not_found'] }
} as const

const endAll = {
  schema: {
    operationId: 'endSessions',
    summary: 'End every session, or every other one',
    tags: ['Sessions'],
    security: bearer,
    querystring: Type.Object({ keep: Type.Optional(OneOf(['current'], { description: 'Spare the session of the token' })) }, { additionalProperties: false }),
    response: { 204: noContent }
  }
} as const

const routes: FastifyPluginAsyncTypebox = async function sessions (app) {
  const { sessions, audit } = app.services

  app.get('', list, async function listSessions ({ auth }, reply) {
    const live = await sessions.list(auth.userId)
    return await reply.headers(noStore).send({ items: live.map((session) => presentSession(session, auth.sessionId)) })
  })

  app.delete('/:id', endOne, async function endSession ({ auth, params, device }, reply) {
    if (!await sessions.end(params.id, 'ended', auth.userId)) throw new ServiceError('not_found')
    await audit.record('authn_token_revoked', { userId: auth.userId, device, detail: { sessionId: params.id } })
    return await reply.code(204).send(null)
  })

  app.delete('', endAll, async function endSessions ({ auth, query, device }, reply) {
    const ended = await sessions.endAll(auth.userId, 'ended', query.keep === 'current' ? auth.sessionId : undefined)
    if (ended.length > 0) await audit.record('authn_token_revoked', { userId: auth.userId, device, detail: { all: true, keptCurrent: query.keep === 'current' } })
    return await reply.code(204).send(null)
  })
}

export default routes
