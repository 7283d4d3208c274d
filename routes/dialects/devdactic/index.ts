// The dialect of the Ionic app over Express: accounts by e-mail, Bearer tokens, refusals as 400 { msg }.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { ServiceError } from '../../../src/errors.js'
import { bearer, noStore } from '../../contract.js'
import { accountByEmail, createLogIn } from '../accounts.js'
import type { Dialect } from '../dialect.js'
import { isAboutRequest, isIncomplete, isStranger, type Refusal } from '../refusals.js'
import { EmailAndPassword, NewId, Text, Token } from '../schemas.js'

const refusal = Type.Object({ msg: Type.String() }, { additionalProperties: false, description: 'What is wrong, for people' })
const Greeting = Type.Object({ msg: Type.String({ examples: ['Hey ada@example.com! I open at the close.'] }) }, { additionalProperties: false, description: 'Greets the account' })

const hello = { schema: { operationId: 'devdacticHello', summary: 'Says that the API is there', response: { 200: Text('text/html', 'Hello, this is the API!') } } }
const register = {
  schema: { operationId: 'devdacticRegister', summary: 'Make an account', body: EmailAndPassword, response: { 201: NewId, 400: refusal } },
  config: { throttle: 'register' }
} as const
const login = {
  schema: { operationId: 'devdacticLogin', summary: 'Log in', body: EmailAndPassword, response: { 200: Token('token'), 400: refusal } },
  config: { throttle: 'login' }
} as const
const special = {
  schema: { operationId: 'devdacticSpecial', summary: 'Greet who is logged in', security: bearer, response: { 200: Greeting, 401: Text('text/plain', 'Unauthorized') } }
}

function shape (refusal: ServiceError): Refusal {
  if (isStranger(refusal)) return { status: 401, body: 'Unauthorized' }
  return { status: isAboutRequest(refusal) ? 400 : refusal.status, body: { msg: sentenceFor(refusal) } }
}

function sentenceFor (refusal: ServiceError): string {
  if (isIncomplete(refusal)) return 'You need to send email and password'
  if (refusal.kind === 'email_taken') return 'The user already exists'
  if (refusal.kind === 'invalid_credentials') return "The email and password don't match."
  return refusal.message
}

const routes: FastifyPluginAsyncTypebox = async function devdacticRoutes (app) {
  const { accounts } = app.services
  const logIn = createLogIn(app, 'devdactic')

  app.get('/api', hello, async function sayHello (_request, reply) {
    return await reply.type('text/html; charset=utf-8').send('Hello, this is the API!')
  })

  app.post('/api/register', register, async function register ({ body, device }, reply) {
    const { user } = await accounts.register(accountByEmail(body.email, body.password), device)
    return await reply.code(201).headers(noStore).send({ _id: user.id, email: String(user.email) })
  })

  app.post('/api/login', login, async function login (request, reply) {
    return await reply.headers(noStore).send({ token: await logIn(request.body, request) })
  })

  app.get('/api/special', { ...special, onRequest: app.authenticate }, async function greet ({ auth }, reply) {
    const { email, username } = await accounts.find(auth.userId)
    return await reply.headers(noStore).send({ msg: `Hey ${String(email ?? username)}! I open at the close.` })
  })
}

export const devdactic: Dialect = { name: 'devdactic', shape, refusal, routes }
