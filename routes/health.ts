// /health: whether the process runs, and whether it can serve.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ServiceError } from '../src/errors.js'
import { OneOf } from '../src/schemas/fields.js'
import { noStore } from './contract.js'

const live = {
  schema: {
    operationId: 'getLiveness', summary: 'Whether the process runs', tags: ['Operation'],
    response: { 200: Type.Object({ status: Type.Literal('live') }, { additionalProperties: false, description: 'It runs' }) }
  },
  config: { sends: ['cache-control'], neverShed: true }
} as const

const shedding = 'More is asked of this process than it can do: some requests are refused.'

const ready = {
  schema: {
    operationId: 'getReadiness', summary: 'Whether the service can do its work: the store answers, keys and revocations are read, and nothing is being shed', tags: ['Operation'],
    response: { 200: Type.Object({ status: Type.Literal('ready'), store: OneOf(['sqlite', 'mongodb']), warnings: Type.Array(Type.String(), { description: 'What whoever runs the service should see to' }) }, { additionalProperties: false, description: 'It can' }) }
  },
  config: { sends: ['cache-control'], neverShed: true }
} as const

const routes: FastifyPluginAsyncTypebox = async function health (app) {
  app.get('/live', live, async function getLiveness (_request, reply) {
    return await reply.headers(noStore).send({ status: 'live' })
  })

  app.get('/ready', ready, async function getReadiness (_request, reply) {
    if (app.turnLimit?.isShedding() === true) throw new ServiceError('busy', { detail: shedding })
    await app.stores.ping()
    if (!app.keyRing.loaded || !app.revocationFeed.ready) throw new ServiceError('store_unavailable')
    return await reply.headers(noStore).send({ status: 'ready', store: app.stores.engine, warnings: [...app.operatorWarnings] })
  })
}

export default routes
