// /profile: the account of the token.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { EmailChange } from '../src/schemas/recovery.js'
import { PasswordChange, PasswordProof, presentUser, ProfilePatch, UserView } from '../src/schemas/user.js'
import { accepted, bearer, noContent, noStore } from './contract.js'
import { createRenderer } from './renderer.js'

const read = {
  schema: {
    operationId: 'getProfile',
    summary: 'The account of the token',
    tags: ['Profile'],
    security: bearer,
    response: { 200: Ref(UserView) }
  },
  config: { sends: ['cache-control'] }
} as const

const change = {
  schema: {
    operationId: 'changeProfile',
    summary: 'Change members of the account',
    tags: ['Profile'],
    security: bearer,
    body: Ref(ProfilePatch),
    response: { 200: Ref(UserView) }
  },
  config: { refuses: ['username_taken'], sends: ['cache-control'] }
} as const

const changePassword = {
  schema: {
    operationId: 'changePassword',
    summary: 'Set a new password; every other session ends',
    tags: ['Profile'],
    security: bearer,
    body: Ref(PasswordChange),
    response: { 204: noContent }
  },
  config: { throttle: 'proof', refuses: ['wrong_password', 'weak_password', 'too_many_attempts', 'busy'] }
} as const

const changeEmail = {
  schema: {
    operationId: 'changeEmail',
    summary: 'Ask for another e-mail address',
    description: 'It takes effect when the link mailed to the new address is confirmed; the old address is told. A taken address gets the same answer. Of several that are named the last counts; the account\'s own takes back those before it.',
    tags: ['Profile'],
    security: bearer,
    body: Ref(EmailChange),
    response: { 202: accepted }
  },
  config: { throttle: 'proof', refuses: ['wrong_password', 'too_many_attempts', 'busy'] }
} as const

const remove = {
  schema: {
    operationId: 'deleteProfile',
    summary: 'Delete the account with its sessions',
    tags: ['Profile'],
    security: bearer,
    body: Ref(PasswordProof),
    response: { 204: noContent }
  },
  config: { throttle: 'proof', refuses: ['wrong_password', 'last_admin', 'too_many_attempts', 'busy'] }
} as const

const routes: FastifyPluginAsyncTypebox = async function profile (app) {
  const { accounts, recovery } = app.services
  const sendUser = createRenderer(presentUser)

  app.get('', read, async function getProfile ({ auth }, reply) {
    return await sendUser(reply.headers(noStore), await accounts.find(auth.userId))
  })

  app.patch('', change, async function changeProfile ({ auth, body }, reply) {
    return await reply.headers(noStore).send(presentUser(await accounts.update(auth.userId, body)))
  })

  app.put('/password', changePassword, async function changePassword ({ auth, body, device }, reply) {
    await accounts.changePassword(auth.userId, body.currentPassword, body.newPassword, auth.sessionId, device)
    return await reply.code(204).send(null)
  })

  app.put('/email', changeEmail, async function changeEmail ({ auth, body, device }, reply) {
    await recovery.requestEmailChange(auth.userId, body.email, body.password, device)
    return await reply.code(202).send()
  })

  app.delete('', remove, async function deleteProfile ({ auth, body, device }, reply) {
    await accounts.remove(auth.userId, body.password, device)
    return await reply.code(204).send(null)
  })
}

export default routes
