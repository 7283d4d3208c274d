// /password: a way back in for who forgot it. Asking says nothing about who has an account; a link works once.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { ForgotPassword, PasswordReset } from '../src/schemas/recovery.js'
import { accepted, noContent } from './contract.js'

const forgot = {
  schema: {
    operationId: 'forgotPassword',
    summary: 'Have a link mailed that sets a new password',
    description: 'The answer is the same whether the address has an account. At most three mails an hour go to one account.',
    tags: ['Recovery'],
    body: Ref(ForgotPassword),
    response: { 202: accepted }
  },
  config: { throttle: 'forgot', refuses: ['too_many_attempts'] }
} as const

const reset = {
  schema: {
    operationId: 'resetPassword',
    summary: 'Set a new password by the token of a link; every session ends',
    description: 'A password that the policy refuses leaves the link alive.',
    tags: ['Recovery'],
    body: Ref(PasswordReset),
    response: { 204: noContent }
  },
  config: { throttle: 'reset', refuses: ['token_invalid', 'weak_password', 'busy', 'too_many_attempts'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function password (app) {
  const { recovery } = app.services

  app.post('/forgot', forgot, async function forgotPassword ({ body, device }, reply) {
    await recovery.requestReset(body.email, device)
    return await reply.code(202).send()
  })

  app.post('/reset', reset, async function resetPassword ({ body, device }, reply) {
    await recovery.reset(body.token, body.password, device)
    return await reply.code(204).send(null)
  })
}

export default routes
