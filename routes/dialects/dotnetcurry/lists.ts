// GET /persons and GET /users: whole lists, for who may see them.
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { Person, User } from '../../../src/stores/stores.js'
import { bearer, noStore } from '../../contract.js'
import { createListStreams } from './list-streams.js'
import { PersonRow, UserRow } from './schemas.js'

const Refused = Type.Object({ authsuccess: Type.Literal(false), description: Type.String() }, { additionalProperties: false, description: 'The token is missing, does not count, or is not an admin\'s' })

const persons = {
  schema: { operationId: 'dotnetcurryPersons', summary: 'All persons', security: bearer, response: { 200: Type.Array(PersonRow, { description: 'All persons' }), 401: Refused } },
  config: { throttle: 'list' }
} as const
const users = {
  schema: { operationId: 'dotnetcurryUsers', summary: 'All accounts, for an admin', security: bearer, response: { 200: Type.Array(UserRow, { description: 'All accounts' }), 401: Refused, 403: Refused } },
  config: { throttle: 'list' }
} as const

function presentPerson ({ personId, name, email, age }: Person): Static<typeof PersonRow> {
  return { PersonId: personId, PersonName: name, Email: email, Age: age === null ? null : String(age) }
}

function presentUser ({ id, username, email }: User): Static<typeof UserRow> {
  return { _id: id, UserName: String(username ?? email) }
}

const routes: FastifyPluginAsyncTypebox = async function listRoutes (app) {
  const { persons: personList, administration } = app.services
  const json = { ...noStore, 'content-type': 'application/json; charset=utf-8' }
  const lists = createListStreams()
  app.addHook('onRequest', app.authenticate)

  /** What HEAD is answered with: no list is read that nobody will see. */
  const noList = (): Readable => Readable.from([])

  app.get('/persons', persons, async function listPersons ({ auth, method }, reply) {
    const list = method === 'HEAD' ? noList() : await lists.start(auth.userId, async (query) => await personList.list(query), presentPerson)
    return await reply.headers(json).send(list as never)
  })

  app.get('/users', { ...users, onRequest: app.requireRole('admin') }, async function listUsers ({ auth, method }, reply) {
    const list = method === 'HEAD' ? noList() : await lists.start(auth.userId, async (query) => await administration.listUsers(query), presentUser)
    return await reply.headers(json).send(list as never)
  })
}

export default routes
