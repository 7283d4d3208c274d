// Every answer is counted with the time it took, by its route.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

export function noteRequest (request: FastifyRequest, reply: FastifyReply, done: () => void = () => undefined): void {
  request.server.metrics?.noteRequest(request.routeOptions.config, reply.statusCode, reply.elapsedTime / 1000)
  done()
}

export default fp(async function requestMetrics (app: FastifyInstance) {
  if (app.metrics !== null) app.addHook('onResponse', noteRequest)
}, { name: 'request-metrics', dependencies: ['metrics'] })
