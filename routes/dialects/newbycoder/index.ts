// The dialect of the mobile apps in Flutter and React Native: accounts by name, passwords in base64, tokens in either of two headers.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ServiceError } from '../../../src/errors.js'
import { Nullable } from '../../../src/schemas/fields.js'
import { bearer, noStore } from '../../contract.js'
import { claimByName, createLogIn } from '../accounts.js'
import type { Dialect } from '../dialect.js'
import { isAboutRequest, isIncomplete, type Refusal } from '../refusals.js'
import { Token } from '../schemas.js'
import { readAccessTokenHeader } from './access-token-header.js'
import { readBase64 } from './base64.js'

const text = Type.String({ minLength: 1 })
const Credentials = Type.Object({ username: text, password: Type.String({ minLength: 1, description: 'In base64, of UTF-8 or Latin-1' }) }, { examples: [{ username: 'ada', password: 'Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==' }] })
const refusal = Type.Object({ message: Type.String() }, { additionalProperties: false, description: 'What is wrong, for people' })
const NoToken = Type.Object({ error: Type.Literal(true), message: Type.Literal('No token provided.') }, { additionalProperties: false, description: 'No token came' })
const BadToken = Type.Object({ error: Type.Literal(true), name: Type.Literal('Token verification failed'), message: Type.String() }, { additionalProperties: false, description: 'The token does not count' })
const Info = Type.Object({
  id: Type.String({ examples: ['019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'] }),
  username: Type.String({ examples: ['ada'] }),
  firstName: Nullable(Type.String()),
  lastName: Nullable(Type.String()),
  phone: Nullable(Type.String())
}, { additionalProperties: false, description: 'The account' })

const authenticate = {
  schema: { operationId: 'newbycoderAuthenticate', summary: 'Log in', body: Credentials, response: { 200: Token('token'), 400: refusal } },
  config: { throttle: 'login' }
} as const
const getInfo = {
  schema: {
    operationId: 'newbycoderGetInfo',
    summary: 'The account of the token',
    description: 'The token comes as `x-access-token: TOKEN` or `Authorization: Bearer TOKEN`.',
    security: bearer,
    response: { 200: Info, 401: BadToken, 403: NoToken }
  }
}

function shape (refusal: ServiceError): Refusal {
  if (refusal.kind === 'unauthorized') return { status: 403, body: { error: true, message: 'No token provided.' } }
  if (refusal.kind === 'invalid_token') return { status: 401, body: { error: true, name: 'Token verification failed', message: refusal.message } }
  if (isIncomplete(refusal) || refusal.kind === 'invalid_credentials') return { status: 400, body: { message: 'Username or password is incorrect' } }
  return { status: isAboutRequest(refusal) ? 400 : refusal.status, body: { message: refusal.message } }
}

const routes: FastifyPluginAsyncTypebox = async function newbycoderRoutes (app) {
  const logIn = createLogIn(app, 'newbycoder')

  app.post('/users/authenticate', authenticate, async function authenticateUser (request, reply) {
    const password = readBase64(request.body.password)
    if (password === null) throw new ServiceError('invalid_credentials')
    const token = await logIn(claimByName(request.body.username, password), request)
    return await reply.headers(noStore).send({ token })
  })

  app.get('/users/getInfo', { ...getInfo, onRequest: app.authenticateWith(readAccessTokenHeader) }, async function showInfo ({ auth }, reply) {
    const { id, username, email, firstName, lastName, phone } = await app.services.accounts.find(auth.userId)
    return await reply.headers(noStore).send({ id, username: String(username ?? email), firstName, lastName, phone })
  })
}

export const newbycoder: Dialect = { name: 'newbycoder', shape, refusal, routes }
