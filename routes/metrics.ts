// GET /metrics: what the service counts about itself, for Prometheus.
import { createHash, timingSafeEqual } from 'node:crypto'
import { type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { type FastifyRequest } from 'fastify'
import { readBearer } from '../plugins/bearer.js'
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
  config: { sends: ['cache-control'] }
} as const

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Lets through who knows the token. Digests are compared: they are of one length whatever was sent, and take one time. */
function createGuard (token: string): (request: FastifyRequest) => Promise<void> {
  const expected = digest(token)
  return async function guardMetrics (request) {
    const given = readBearer(request)
    if (given === null) throw new ServiceError('unauthorized')
    if (!timingSafeEqual(digest(given), expected)) throw new ServiceError('invalid_token')
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
