// Whether the process keeps up with what is asked of it. Apart from what acts on it (shedding.ts): there is one event loop, however many
// servers listen on it.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createTurnLimit, type TurnLimit } from '../src/throttling/turn-limit.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null: nothing is shed (SHED_AFTER_MS=0). */
    turnLimit: TurnLimit | null
  }
}

export default fp(async function load (app: FastifyInstance) {
  const limitMilliseconds = app.config.shedAfterMilliseconds
  const onShedding = (refused: number): void => { app.log.warn({ refused }, 'more is asked than this process can do: requests are refused') }
  app.decorate('turnLimit', limitMilliseconds === 0 ? null : createTurnLimit({ limitMilliseconds, onShedding }))
}, { name: 'load', dependencies: ['context'] })
