// POST /register: a new account, logged in.
import formbody from '@fastify/formbody'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { SignedIn, VerificationSent } from '../src/schemas/tokens.js'
import { Registration } from '../src/schemas/user.js'
import { noStore } from './contract.js'

const contract = {
  schema: {
    operationId: 'register',
    summary: 'Make an account and log in',
    description: 'With EMAIL_VERIFICATION=required the answer is 202 for a new and for a taken address alike, and a mail says which.',
    tags: ['Accounts'],
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    body: Ref(Registration),
    response: { 201: Ref(SignedIn), 202: Ref(VerificationSent) }
  },
  config: { throttle: 'register', refuses: ['email_taken', 'username_taken', 'weak_password', 'busy', 'too_many_attempts'], sends: ['location', 'cache-control'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function register (app) {
  await app.register(formbody)

  app.post('', contract, async function register (request, reply) {
    const registered = await app.services.accounts.register(request.body, request.device)
    if (registered.mustVerify) return await reply.code(202).headers(noStore).send({ status: 'verification_sent' })
    const signedIn = await app.signIn(registered, request)
    return await reply.code(201).headers(noStore).header('location', '/profile').send(signedIn)
  })
}

export default routes
