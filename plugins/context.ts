// What the assembly was given, for every other plugin: the configuration, the clock, and the primary where this is one of its workers.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Clock } from '../src/clock.js'
import type { Config } from '../src/config.js'
import type { Primary } from '../src/workers/primary-link.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    clock: Clock
    /** Null where this process is the only one (WORKERS=1). */
    primary: Primary | null
  }
}

export interface ContextOptions { config: Config, clock: Clock, primary?: Primary | null }

export default fp(async function context (app: FastifyInstance, { config, clock, primary = null }: ContextOptions) {
  app.decorate('config', config)
  app.decorate('clock', clock)
  app.decorate('primary', primary)
}, { name: 'context' })
