// What the service counts about itself, where METRICS_TOKEN asks for it. Else there is nothing to count with, and it costs nothing.
import { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type Metrics } from '../src/metrics/metrics.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null where nobody may read them. */
    metrics: Metrics | null
  }
}

export default fp(async function metrics (app: FastifyInstance) {
  // Loaded only here: who has no use for it does not wait for it at the start.
  app.decorate('metrics', app.config.metrics.token === null ? null : (await import('../src/metrics/metrics.js')).createMetrics())
}, { name: 'metrics', dependencies: ['context'] })
