// /persons: the protected list. Anybody with a token reads, managers write, If-Match guards against lost updates.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Page } from '../src/cursors.js'
import { Id, Ref } from '../src/schemas/fields.js'
import { PersonBody, PersonPage, PersonPatchBody, PersonQuery, PersonView, presentPerson } from '../src/schemas/person.js'
import type { Person } from '../src/stores/stores.js'
import { bearer, noContent } from './contract.js'
import { etagOf, matchesNone, readIfMatch } from './etags.js'
import { createRenderer } from './renderer.js'

const tags = ['Persons'] as const
const params = Type.Object({ id: Id }, { additionalProperties: false })
const ifMatch = Type.Object({ 'if-match': Type.Optional(Type.String({ maxLength: 1024, description: 'ETags of the versions that may be written over (RFC 9110 §13.1.1)', examples: ['"3"'] })) })
const ifNoneMatch = Type.Object({ 'if-none-match': Type.Optional(Type.String({ maxLength: 1024, description: 'ETags that the client has (RFC 9110 §13.1.2)', examples: ['"3"'] })) })
/** Persons may be larger than accounts. */
const bodyLimit = 64 * 1024

const list = {
  schema: {
    operationId: 'listPersons', summary: 'A page of persons', tags, security: bearer,
    querystring: PersonQuery,
    response: { 200: Ref(PersonPage) }
  },
  config: { refuses: ['invalid_cursor', 'busy'] }
} as const

const read = {
  schema: {
    operationId: 'getPerson', summary: 'One person', tags, security: bearer, params, headers: ifNoneMatch,
    response: { 200: Ref(PersonView), 304: { type: 'null', description: 'The client has this version' } }
  },
  config: { refuses: ['not_found'], sends: ['etag'] }
} as const

const create = {
  bodyLimit,
  schema: {
    operationId: 'createPerson', summary: 'Add a person', tags, security: bearer,
    body: Ref(PersonBody),
    response: { 201: Ref(PersonView) }
  },
  config: { refuses: ['forbidden', 'person_id_taken'], sends: ['etag', 'location'] }
} as const

const replace = {
  bodyLimit,
  schema: {
    operationId: 'replacePerson', summary: 'Replace a person', tags, security: bearer, params, headers: ifMatch,
    body: Ref(PersonBody),
    response: { 200: Ref(PersonView) }
  },
  config: { refuses: ['forbidden', 'not_found', 'person_id_taken', 'version_mismatch'], sends: ['etag'] }
} as const

const merge = {
  bodyLimit,
  schema: {
    operationId: 'changePerson', summary: 'Change members of a person', tags, security: bearer, params, headers: ifMatch,
    body: Ref(PersonPatchBody),
    response: { 200: Ref(PersonView) }
  },
  config: { refuses: ['forbidden', 'not_found', 'person_id_taken', 'version_mismatch'], sends: ['etag'] }
} as const

const remove = {
  schema: {
    operationId: 'deletePerson', summary: 'Remove a person', tags, security: bearer, params, headers: ifMatch,
    response: { 204: noContent }
  },
  config: { refuses: ['forbidden', 'not_found', 'version_mismatch'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function persons (app) {
  const { persons } = app.services
  const manager = { onRequest: app.requireRole('manager') }
  const sendPage = createRenderer((page: Page<Person>) => ({ ...page, items: page.items.map(presentPerson) }))
  const sendPerson = createRenderer(presentPerson)

  app.get('', list, async function listPersons ({ query }, reply) {
    return await sendPage(reply, await persons.list(query))
  })

  app.get('/:id', read, async function getPerson ({ params, headers }, reply) {
    const person = await persons.find(params.id)
    reply.header('etag', etagOf(person))
    if (!matchesNone(headers['if-none-match'], person)) return await reply.code(304).send(null)
    return await sendPerson(reply, person)
  })

  app.post('', { ...create, ...manager }, async function createPerson ({ body }, reply) {
    const person = await persons.create(body)
    return await reply.code(201).headers({ etag: etagOf(person), location: `/persons/${person.id}` }).send(presentPerson(person))
  })

  app.put('/:id', { ...replace, ...manager }, async function replacePerson ({ params, headers, body }, reply) {
    const person = await persons.replace(params.id, body, readIfMatch(headers['if-match']))
    return await reply.header('etag', etagOf(person)).send(presentPerson(person))
  })

  app.patch('/:id', { ...merge, ...manager }, async function changePerson ({ params, headers, body }, reply) {
    const person = await persons.merge(params.id, body, readIfMatch(headers['if-match']))
    return await reply.header('etag', etagOf(person)).send(presentPerson(person))
  })

  app.delete('/:id', { ...remove, ...manager }, async function deletePerson ({ params, headers }, reply) {
    await persons.remove(params.id, readIfMatch(headers['if-match']))
    return await reply.code(204).send(null)
  })
}

export default routes
