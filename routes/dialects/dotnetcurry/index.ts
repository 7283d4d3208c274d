// The dialect of the Knockout page over Express: accounts by name, Bearer tokens, 200 { authsuccess } for yes and no, whole lists.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { ServiceError } from '../../../src/errors.js'
import { noStore } from '../../contract.js'
import { claimByName, createLogIn } from '../accounts.js'
import type { Dialect } from '../dialect.js'
import { isAboutRequest, isIncomplete, isStranger, type Refusal } from '../refusals.js'
import createUser from './create-user.js'
import lists from './lists.js'
import { NameAndPassword } from './schemas.js'

const refusal = Type.Object({
  authsuccess: Type.Optional(Type.Literal(false)),
  createduccessfully: Type.Optional(Type.Literal(false, { description: 'In place of `authsuccess` at /createuser' })),
  description: Type.String()
}, { additionalProperties: false, description: 'What is wrong, for people' })
const Verdict = Type.Object({ authsuccess: Type.Boolean(), description: Type.String(), accessToken: Type.Optional(Type.String()) }, { additionalProperties: false, description: 'A token, or why there is none' })

const authenticate = {
  schema: { operationId: 'dotnetcurryAuthenticate', summary: 'Log in', body: NameAndPassword, response: { 200: Verdict } },
  config: { throttle: 'login' }
} as const

function shape (refusal: ServiceError): Refusal {
  const { kind, message, status } = refusal
  const failed = isIncomplete(refusal) || kind === 'invalid_credentials'
  const description = failed ? 'User Authentication failed because user not found or password is wrong.' : message
  const keepsStatus = isStranger(refusal) || kind === 'forbidden' || !isAboutRequest(refusal)
  return { status: keepsStatus ? status : 200, body: { authsuccess: false, description } }
}

const routes: FastifyPluginAsyncTypebox = async function dotnetcurryRoutes (app) {
  const logIn = createLogIn(app, 'dotnetcurry')

  await app.register(createUser)
  await app.register(lists)

  app.post('/authuser', authenticate, async function authenticateUser (request, reply) {
    const { UserName, Password } = request.body
    const accessToken = await logIn(claimByName(UserName, Password), request)
    return await reply.headers(noStore).send({ authsuccess: true, description: 'Sending the Access Token', accessToken })
  })
}

export const dotnetcurry: Dialect = { name: 'dotnetcurry', shape, refusal, routes }
