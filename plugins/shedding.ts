// Refuses at once what would be answered too late: better some are told to come again than all wait until nobody listens any more.
// After CORS, so that a page can read the refusal, and before anything is done for the request.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however much there is to do: how the process is must be known then above all. */
    neverShed?: true
  }
}

export default fp(async function shedding (app: FastifyInstance) {
  const { turnLimit } = app
  if (turnLimit === null) return

  app.addHook('onRequest', function shedLoad (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
    const admitted = request.routeOptions.config.neverShed === true || turnLimit.admit()
    done(admitted ? undefined : new ServiceError('busy'))
  })
}, { name: 'shedding', dependencies: ['load', 'problems'] })
