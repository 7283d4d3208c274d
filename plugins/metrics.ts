// What the service counts about itself, where METRICS_TOKEN asks for it. Else there is nothing to count with, and it costs nothing.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Metrics } from '../src/metrics/metrics.js'
import type { Primary } from '../src/workers/primary-link.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null where nobody may read them. */
    metrics: Metrics | null
  }
}

export default fp(async function metrics (app: FastifyInstance) {
  app.decorate('metrics', app.config.metrics.token === null ? null : await load(app.primary))
}, { name: 'metrics', dependencies: ['context'] })

/** Loaded only here: who has no use for it does not wait for it at the start. */
async function load (primary: Primary | null): Promise<Metrics> {
  const metrics = (await import('../src/metrics/metrics.js')).createMetrics()
  if (primary === null) return metrics
  const { textOfWorkers } = await import('../src/metrics/of-workers.js')
  primary.onMetricsAsked(metrics.values)
  return { ...metrics, text: async () => await textOfWorkers(await primary.gatherMetrics()) }
}
