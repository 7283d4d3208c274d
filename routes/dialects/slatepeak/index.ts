// The dialect of the Express start of a SaaS: accounts by e-mail, tokens behind the scheme JWT, 200 { success } for yes and no.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { ServiceError } from '../../../src/errors.js'
import { bearer, noStore } from '../../contract.js'
import { accountByEmail, createLogIn } from '../accounts.js'
import type { Dialect } from '../dialect.js'
import { isAboutRequest, isIncomplete, isStranger, type Refusal } from '../refusals.js'
import { EmailAndPassword, Text } from '../schemas.js'
import { readJwtScheme } from './jwt-scheme.js'

const refusal = Type.Object({ success: Type.Literal(false), message: Type.String() }, { additionalProperties: false, description: 'What is wrong, for people' })
const Verdict = Type.Object({ success: Type.Boolean(), message: Type.String() }, { additionalProperties: false, description: 'Whether the account was made' })
const TokenVerdict = Type.Object({ success: Type.Boolean(), token: Type.Optional(Type.String({ description: '`JWT `, and the access token' })), message: Type.Optional(Type.String()) }, { additionalProperties: false, description: 'A token, or why there is none' })

const register = {
  schema: { operationId: 'slatepeakRegister', summary: 'Make an account', body: EmailAndPassword, response: { 200: Verdict } },
  config: { throttle: 'register' }
} as const
const authenticate = {
  schema: { operationId: 'slatepeakAuthenticate', summary: 'Log in', body: EmailAndPassword, response: { 200: TokenVerdict } },
  config: { throttle: 'login' }
} as const
const dashboard = {
  schema: {
    operationId: 'slatepeakDashboard',
    summary: 'Tell the id of who is logged in',
    description: 'The token comes as `Authorization: JWT TOKEN` or `Bearer TOKEN`.',
    security: bearer,
    response: { 200: Text('text/html', 'It worked! User id is: 019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02.'), 401: Text('text/plain', 'Unauthorized') }
  }
}

function shape (refusal: ServiceError): Refusal {
  if (isStranger(refusal)) return { status: 401, body: 'Unauthorized' }
  return { status: isAboutRequest(refusal) ? 200 : refusal.status, body: { success: false, message: sentenceFor(refusal) } }
}

function sentenceFor (refusal: ServiceError): string {
  if (isIncomplete(refusal)) return 'Please enter email and password.'
  if (refusal.kind === 'email_taken') return 'That email address already exists.'
  if (refusal.kind === 'invalid_credentials') return 'Authentication failed. User not found or password did not match.'
  return refusal.message
}

const routes: FastifyPluginAsyncTypebox = async function slatepeakRoutes (app) {
  const logIn = createLogIn(app, 'slatepeak')

  app.post('/api/register', register, async function register ({ body, device }, reply) {
    await app.services.accounts.register(accountByEmail(body.email, body.password), device)
    return await reply.headers(noStore).send({ success: true, message: 'Successfully created new user.' })
  })

  app.post('/api/authenticate', authenticate, async function authenticateUser (request, reply) {
    return await reply.headers(noStore).send({ success: true, token: `JWT ${await logIn(request.body, request)}` })
  })

  app.get('/api/dashboard', { ...dashboard, onRequest: app.authenticateWith(readJwtScheme) }, async function showDashboard ({ auth }, reply) {
    return await reply.headers(noStore).type('text/html; charset=utf-8').send(`It worked! User id is: ${auth.userId}.`)
  })
}

export const slatepeak: Dialect = { name: 'slatepeak', shape, refusal, routes }
