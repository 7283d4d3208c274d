// POST /login: a session for who knows the password.
import formbody from '@fastify/formbody'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { SignedIn } from '../src/schemas/tokens.js'
import { Login } from '../src/schemas/user.js'
import { noStore } from './contract.js'

const contract = {
  schema: {
    operationId: 'login',
    summary: 'Log in with the e-mail or the username',
    tags: ['Accounts'],
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    body: Ref(Login),
    response: { 200: Ref(SignedIn) }
  },
  config: { throttle: 'login', refuses: ['invalid_credentials', 'account_disabled', 'email_not_verified', 'busy', 'too_many_attempts'], sends: ['cache-control'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function login (app) {
  await app.register(formbody)

  app.post('', contract, async function login (request, reply) {
    const credentials = await app.services.accounts.logIn(request.body, request.device)
    return await reply.headers(noStore).send(await app.signIn(credentials, request))
  })
}

export default routes
