// /metrics on a port of its own (METRICS_PORT), where nothing else answers: for networks that only the operator reaches.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import accessLog from '../plugins/access-log.js'
import context from '../plugins/context.js'
import httpRules from '../plugins/http-rules.js'
import methods from '../plugins/methods.js'
import problems from '../plugins/problems.js'
import securityHeaders from '../plugins/security-headers.js'
import metrics from './metrics.js'

export interface MetricsPortOptions {
  /** A bare server with the options that the main one has. */
  createServer: () => FastifyInstance
}

async function furnish (server: FastifyInstance, { config, clock, metrics: counted }: FastifyInstance): Promise<void> {
  await server.register(context, { config, clock })
  await server.register(problems)
  await server.register(fp(async function lendMetrics (server: FastifyInstance) {
    server.decorate('metrics', counted)
  }, { name: 'metrics' }))
  await server.register(securityHeaders)
  await server.register(accessLog)
  await server.register(httpRules)
  await server.register(methods)
  await server.register(metrics, { prefix: '/metrics' })
}

/** Listens before the main server does, so that a port which is taken stops the start. */
export default async function metricsPort (app: FastifyInstance, { createServer }: MetricsPortOptions): Promise<void> {
  const { host, metrics: { port } } = app.config
  if (port === null) return
  const server = createServer()
  await furnish(server, app)

  app.addHook('onReady', async function listenForMetrics () {
    try {
      await server.listen({ host, port, listenTextResolver: (address) => `metrics are served at ${address}/metrics` })
    } catch (error) {
      throw new Error(`METRICS_PORT: cannot listen on port ${port}: ${(error as Error).message}`, { cause: error })
    }
  })
  app.addHook('preClose', async function closeMetrics () {
    await server.close()
  })
}
