// /users: the accounts, for admins. They give roles and take standing away; a password they neither see nor choose.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { presentUserForAdmin, UserForAdmin, UserPage, UserPatchBody, UserQuery } from '../src/schemas/administration.js'
import { Id, Ref } from '../src/schemas/fields.js'
import { presentSession, SessionList } from '../src/schemas/session.js'
import { accepted, bearer, noContent, noStore } from './contract.js'

const tags = ['Administration'] as const
const params = Type.Object({ id: Id }, { additionalProperties: false })

const list = {
  schema: {
    operationId: 'listUsers', summary: 'A page of accounts, in the order in which they were made', tags, security: bearer,
    querystring: UserQuery,
    response: { 200: Ref(UserPage) }
  },
  config: { refuses: ['forbidden', 'invalid_cursor'], sends: ['cache-control'] }
} as const

const read = {
  schema: {
    operationId: 'getUser', summary: 'One account', tags, security: bearer, params,
    response: { 200: Ref(UserForAdmin) }
  },
  config: { refuses: ['forbidden', 'not_found'], sends: ['cache-control'] }
} as const

const change = {
  schema: {
    operationId: 'changeUser', summary: 'Change role or standing of an account', tags, security: bearer, params,
    description: 'Access tokens from before a change of role count no more; the sessions stay, and the next refresh carries the new role. Disabling ends all sessions, enabling revives none.',
    body: Ref(UserPatchBody),
    response: { 200: Ref(UserForAdmin) }
  },
  config: { refuses: ['forbidden', 'not_found', 'last_admin'], sends: ['cache-control'] }
} as const

const remove = {
  schema: {
    operationId: 'deleteUser', summary: 'Delete an account with its sessions', tags, security: bearer, params,
    response: { 204: noContent }
  },
  config: { refuses: ['forbidden', 'not_found', 'last_admin'] }
} as const

const sessionsOf = {
  schema: {
    operationId: 'listUserSessions', summary: 'The live sessions of an account, last used first', tags, security: bearer, params,
    response: { 200: Ref(SessionList) }
  },
  config: { refuses: ['forbidden', 'not_found'], sends: ['cache-control'] }
} as const

const endSessions = {
  schema: {
    operationId: 'endUserSessions', summary: 'End every session of an account', tags, security: bearer, params,
    response: { 204: noContent }
  },
  config: { refuses: ['forbidden', 'not_found'] }
} as const

const resetPassword = {
  schema: {
    operationId: 'sendPasswordReset', summary: 'Mail the owner a link that sets a new password', tags, security: bearer, params,
    response: { 202: accepted }
  },
  config: { refuses: ['forbidden', 'not_found'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function users (app) {
  const { administration, recovery } = app.services
  app.addHook('onRequest', app.requireRole('admin'))

  app.get('', list, async function listUsers ({ query }, reply) {
    const page = await administration.listUsers(query)
    return await reply.headers(noStore).send({ ...page, items: page.items.map(presentUserForAdmin) })
  })

  app.get('/:id', read, async function getUser ({ params }, reply) {
    return await reply.headers(noStore).send(presentUserForAdmin(await administration.findUser(params.id)))
  })

  app.patch('/:id', change, async function changeUser ({ params, body, auth, device }, reply) {
    const user = await administration.changeUser(params.id, body, { actorId: auth.userId, device })
    return await reply.headers(noStore).send(presentUserForAdmin(user))
  })

  app.delete('/:id', remove, async function deleteUser ({ params, auth, device }, reply) {
    await administration.removeUser(params.id, { actorId: auth.userId, device })
    return await reply.code(204).send(null)
  })

  app.get('/:id/sessions', sessionsOf, async function listUserSessions ({ params, auth }, reply) {
    const live = await administration.listSessions(params.id)
    return await reply.headers(noStore).send({ items: live.map((session) => presentSession(session, auth.sessionId)) })
  })

  app.delete('/:id/sessions', endSessions, async function endUserSessions ({ params, auth, device }, reply) {
    await administration.endSessions(params.id, { actorId: auth.userId, device })
    return await reply.code(204).send(null)
  })

  app.post('/:id/password-reset', resetPassword, async function sendPasswordReset ({ params, auth, device }, reply) {
    await recovery.adminReset(params.id, auth.userId, device)
    return await reply.code(202).send()
  })
}

export default routes
