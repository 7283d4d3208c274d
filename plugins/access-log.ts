// One line a request, written when the answer is out. Only what is named here reaches the log: no query, no header, no body.
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

export function logRequest (request: FastifyRequest, reply: FastifyReply, done: () => void = () => undefined): void {
  request.log.info({
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime * 100) / 100,
    userId: request.authenticated?.userId ?? null
  }, 'request')
  done()
}

export default fp(async function accessLog (app: FastifyInstance) {
  app.addHook('onResponse', logRequest)
}, { name: 'access-log', dependencies: ['problems'] })
