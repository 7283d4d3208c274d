// What HTTP/1.1 asks of every request: one Host, and no expectation but 100-continue. Left to itself, Node refuses the others without a
// word, and takes the first of two Hosts.
// And what it asks of us: closing while the client still sends would answer it by a reset, which takes the refusal from it (RFC 9112 §9.6).
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { type ErrorName, ServiceError } from '../src/errors.js'
import { isRepeated } from '../src/raw-headers.js'
import { answerUnderWay } from './early-errors.js'

/** The only one that RFC 9110 §10.1.1 defines; Node itself answers it. */
const knownExpectation = /^100-continue$/i
/** So long, in milliseconds, is the rest of a refused body waited for where the connection ends with the answer, and the rest of a request
 * where the service does. */
const hearing = 1000

export default fp(async function httpRules (app: FastifyInstance) {
  // With a listener Node leaves the refusal to it; the hook below then gives it in the form of every other one.
  app.server.on('checkExpectation', (request, response) => { app.server.emit('request', request, response) })

  app.addHook('onRequest', function refuseBrokenRules (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) {
    const broken = brokenRule(request)
    if (broken !== null) reply.header('connection', 'close')
    done(broken === null ? undefined : new ServiceError(broken))
  })

  const connections = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })

  // A server that closes waits for them for ever: Node's own limits of time end with the listening.
  app.addHook('preClose', async function cutTheSilent () {
    setTimeout(() => { for (const socket of connections) if (!answerUnderWay(socket)) socket.destroy() }, hearing).unref()
  })

  app.addHook('onError', function hearTheBodyOut ({ raw }: FastifyRequest, reply: FastifyReply, error: FastifyError, done: () => void) {
    // Fastify closes the connection here. Left open, Node reads on to the end of the body, for no longer than a request may last.
    if (error.code?.startsWith('FST_ERR_CTP_')) reply.removeHeader('connection')
    if (raw.complete || !endsConnection(reply)) done()
    else whenHeard(raw, done)
  })
}, { name: 'http-rules', dependencies: ['problems'] })

function brokenRule ({ raw, headers: { host, expect } }: FastifyRequest): ErrorName | null {
  // RFC 9112 §3.2; HTTP/1.0 needs no Host.
  if (host === undefined && raw.httpVersion === '1.1') return 'host_missing'
  if (isRepeated(raw.rawHeaders, 'host')) return 'malformed_request'
  return expect === undefined || knownExpectation.test(expect) ? null : 'expectation_failed'
}

/** Because the client said so, or one of our rules, or the service that stops. */
function endsConnection (reply: FastifyReply): boolean {
  return !reply.raw.shouldKeepAlive || [reply, reply.raw].some((headers) => headers.getHeader('connection') === 'close')
}

/** Calls back once, when the body has come or the client has gone, or after `hearing`. */
function whenHeard (raw: IncomingMessage, done: () => void): void {
  const timer = setTimeout(finish, hearing)
  raw.once('close', finish).resume()
  function finish (): void {
    clearTimeout(timer)
    raw.off('close', finish)
    done()
  }
}
