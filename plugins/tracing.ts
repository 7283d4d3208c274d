// Traces, where OpenTelemetry's variables ask for them. Else nothing of it is loaded, and it costs nothing.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { about } from '../src/about.js'
import type { Tracing } from '../src/tracing/tracing.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null where nobody asks for traces. */
    tracing: Tracing | null
  }
}

export default fp(async function tracing (app: FastifyInstance) {
  const settings = app.config.tracing
  if (settings === null) {
    app.decorate('tracing', null)
    return
  }
  for (const sentence of settings.ignored) app.log.warn(sentence)
  const { createTracing } = await import('../src/tracing/tracing.js')
  const tracing = await createTracing({ ...settings, service: about, logger: app.log })
  app.decorate('tracing', tracing)
  // The first to be registered is the last to be closed: what the others do at the end is traced too.
  app.addHook('onClose', async () => { await tracing.stop() })
}, { name: 'tracing', dependencies: ['context'] })
