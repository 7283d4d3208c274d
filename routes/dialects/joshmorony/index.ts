// The dialect of the Ionic app over NestJS: accounts by e-mail, Bearer tokens, refusals as Nest words them.
import { STATUS_CODES } from 'node:http'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { dialectTokenSeconds } from '../../../src/environment.js'
import type { ServiceError } from '../../../src/errors.js'
import { bearer, noStore } from '../../contract.js'
import { accountByEmail, createLogIn } from '../accounts.js'
import type { Dialect } from '../dialect.js'
import { isIncomplete, type Refusal } from '../refusals.js'
import { EmailAndPassword, NewId } from '../schemas.js'

const refusal = Type.Object({ statusCode: Type.Integer(), error: Type.String(), message: Type.Optional(Type.String()) }, { additionalProperties: false, description: 'What is wrong' })
const LoggedIn = Type.Object({ expiresIn: Type.Integer({ description: 'Seconds' }), token: Type.String() }, { additionalProperties: false, description: 'Logged in' })
const Passed = Type.Object({ message: Type.Literal('You did it!') }, { additionalProperties: false, description: 'The token counts' })

const create = {
  schema: { operationId: 'joshmoronyCreate', summary: 'Make an account', body: EmailAndPassword, response: { 201: NewId, 400: refusal, 409: refusal } },
  config: { throttle: 'register' }
} as const
const authenticate = {
  schema: { operationId: 'joshmoronyAuthenticate', summary: 'Log in', body: EmailAndPassword, response: { 201: LoggedIn, 400: refusal, 401: refusal, 403: refusal } },
  config: { throttle: 'login' }
} as const
const test = { schema: { operationId: 'joshmoronyTest', summary: 'Tell whether the token counts', security: bearer, response: { 200: Passed, 401: refusal } } }

function shape (refusal: ServiceError): Refusal {
  const statusCode = refusal.status === 422 ? 400 : refusal.status
  const error = String(STATUS_CODES[statusCode])
  if (statusCode === 401) return { status: 401, body: { statusCode, error } }
  return { status: statusCode, body: { statusCode, error, message: isIncomplete(refusal) ? 'email and password are needed' : refusal.message } }
}

const routes: FastifyPluginAsyncTypebox = async function joshmoronyRoutes (app) {
  const logIn = createLogIn(app, 'joshmorony')

  app.post('/users', create, async function createUser ({ body, device }, reply) {
    const { user } = await app.services.accounts.register(accountByEmail(body.email, body.password), device)
    return await reply.code(201).headers(noStore).send({ _id: user.id, email: String(user.email) })
  })

  app.post('/auth', authenticate, async function authenticateUser (request, reply) {
    const token = await logIn(request.body, request)
    return await reply.code(201).headers(noStore).send({ expiresIn: dialectTokenSeconds.joshmorony, token })
  })

  app.get('/users/test', { ...test, onRequest: app.authenticate }, async function testToken () {
    return { message: 'You did it!' as const }
  })
}

export const joshmorony: Dialect = { name: 'joshmorony', shape, refusal, routes }
