// /email: proving an address. The link in the mail leads to a page, and the page posts the token here: a GET consumes nothing.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { EmailProof } from '../src/schemas/recovery.js'
import { accepted, bearer, noContent } from './contract.js'

const verify = {
  schema: {
    operationId: 'verifyEmail',
    summary: 'Prove an address by the token of a link: the one of the account, or the one it is to change to',
    tags: ['Recovery'],
    body: Ref(EmailProof),
    response: { 204: noContent }
  },
  config: { throttle: 'verify', refuses: ['token_invalid', 'too_many_attempts'] }
} as const

const sendAgain = {
  schema: {
    operationId: 'sendVerification',
    summary: 'Have the link mailed again',
    description: 'At most three an hour, with the one of the registration. Nothing is sent where nothing is left to verify.',
    tags: ['Recovery'],
    security: bearer,
    response: { 202: accepted }
  },
  config: { refuses: ['too_many_attempts'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function email (app) {
  const { accounts, recovery } = app.services

  app.post('/verify', verify, async function verifyEmail ({ body, device }, reply) {
    await recovery.verify(body.token, device)
    return await reply.code(204).send(null)
  })

  app.post('/verification', { ...sendAgain, onRequest: app.authenticate }, async function sendVerification ({ auth }, reply) {
    await recovery.sendVerification(await accounts.find(auth.userId))
    return await reply.code(202).send()
  })
}

export default routes
