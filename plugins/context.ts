// What the assembly was given, for every other plugin: the configuration and the clock.
import { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type Clock } from '../src/clock.js'
import { type Config } from '../src/config.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    clock: Clock
  }
}

export interface ContextOptions { config: Config, clock: Clock }

export default fp(async function context (app: FastifyInstance, { config, clock }: ContextOptions) {
  app.decorate('config', config)
  app.decorate('clock', clock)
}, { name: 'context' })
