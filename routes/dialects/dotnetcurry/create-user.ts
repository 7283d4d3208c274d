// POST /createuser: an account for a name and a password. It says no in a shape that nothing else here has.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { ServiceError } from '../../../src/errors.js'
import { accountByName } from '../accounts.js'
import { answerRefusals, isAboutRequest, isIncomplete, type Refusal } from '../refusals.js'
import { NameAndPassword } from './schemas.js'

const Verdict = Type.Object({ createduccessfully: Type.Boolean(), description: Type.Optional(Type.String()) }, { additionalProperties: false, description: 'Whether the account was made' })

const create = {
  schema: { operationId: 'dotnetcurryCreate', summary: 'Make an account', body: NameAndPassword, response: { 200: Verdict } },
  config: { throttle: 'register' }
} as const

function shape (refusal: ServiceError): Refusal {
  const description = isIncomplete(refusal) ? 'UserName and Password are needed.' : refusal.message
  return { status: isAboutRequest(refusal) ? 200 : refusal.status, body: { createduccessfully: false, description } }
}

const routes: FastifyPluginAsyncTypebox = async function createUserRoute (app) {
  answerRefusals(app, shape)

  app.post('/createuser', create, async function createUser ({ body, device }) {
    await app.services.accounts.register(accountByName(body.UserName, body.Password), device)
    return { createduccessfully: true }
  })
}

export default routes
