// POST /register: a new account, logged in.
import formbody from '@fastify/formbody'
import { type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { SignedIn } from '../src/schemas/tokens.js'
import { Registration } from '../src/schemas/user.js'
import { noStore } from './contract.js'

const contract = {
  schema: {
    operationId: 'register',
    summary: 'Make an account and log in',
    tags: ['Accounts'],
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    body: Ref(Registration),
    response: { 201: Ref(SignedIn) }
  },
  config: { throttle: 'register', refuses: ['email_taken', 'username_taken', 'weak_password', 'busy', 'too_many_attempts'], sends: ['location', 'cache-control'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function register (app) {
  await app.register(formbody)

  app.post('', contract, async function register (request, reply) {
    const signedIn = await app.signIn(await app.services.accounts.register(request.body, request.device), request)
    return await reply.code(201).headers(noStore).header('location', '/profile').send(signedIn)
  })
}

export default routes
