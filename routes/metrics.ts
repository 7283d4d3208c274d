// GET /metrics: what the service counts about itself, for Prometheus.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { readBearer } from '../plugins/bearer.js'
import { createTokenCheck } from '../plugins/service-token.js'
import { ServiceError } from '../src/errors.js'
import { bearer, noStore } from './contract.js'

const MetricsText = Type.String({ examples: ['gatehouse_hashing_running 0\n'] })

const read = {
  schema: {
    operationId: 'getMetrics',
    summary: 'What the service counts about itself, for Prometheus',
    description: 'The token is METRICS_TOKEN; where it is not set there are no metrics. With METRICS_PORT they are on that port only.',
    tags: ['Operation'],
    security: bearer,
    response: { 200: { description: 'The Prometheus text format', content: { 'text/plain': { schema: MetricsText } } } }
  },
  config: { sends: ['cache-control'], neverShed: true }
} as const

/** Lets through who knows the token. */
function createGuard (token: string): (request: FastifyRequest) => Promise<void> {
  const isToken = createTokenCheck(token)
  return async function guardMetrics (request) {
    const given = readBearer(request)
    if (given === null) throw new ServiceError('unauthorized')
    if (!isToken(given)) throw new ServiceError('invalid_token')
  }
}

const routes: FastifyPluginAsyncTypebox = async function metrics (app) {
  const { metrics, config: { metrics: { token } } } = app
  if (metrics === null || token === null) return

  app.get('', { ...read, onRequest: createGuard(token) }, async function getMetrics (_request, reply) {
    return await reply.headers(noStore).type(metrics.contentType).send(await metrics.text())
  })
}

export default routes
