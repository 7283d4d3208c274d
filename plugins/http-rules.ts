// What HTTP/1.1 asks of every request: a Host, and no expectation but 100-continue. Left to itself, Node refuses the others without a word.
// And what it asks of us: that a refusal reaches who still sends the body.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { type ErrorName, ServiceError } from '../src/errors.js'

/** The only one that RFC 9110 §10.1.1 defines; Node itself answers it. */
const knownExpectation = /^100-continue$/i

export default fp(async function httpRules (app: FastifyInstance) {
  // With a listener Node leaves the refusal to it; the hook below then gives it in the form of every other one.
  app.server.on('checkExpectation', (request, response) => { app.server.emit('request', request, response) })

  app.addHook('onRequest', function refuseBrokenRules (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) {
    const broken = brokenRule(request)
    if (broken !== null) reply.header('connection', 'close')
    done(broken === null ? undefined : new ServiceError(broken))
  })

  // Fastify closes the connection with the refusal of a body. What the client still sends would then be answered by a reset, which takes
  // the refusal from it (RFC 9112 §9.6). So the connection stays, and Node reads on to the body's end, for no longer than a request may last.
  app.addHook('onError', function hearTheBodyOut (_request: FastifyRequest, reply: FastifyReply, error: FastifyError, done: () => void) {
    if (error.code?.startsWith('FST_ERR_CTP_')) reply.removeHeader('connection')
    done()
  })
}, { name: 'http-rules', dependencies: ['problems'] })

function brokenRule ({ raw: { httpVersion }, headers: { host, expect } }: FastifyRequest): ErrorName | null {
  // RFC 9112 §3.2; HTTP/1.0 knows no Host.
  if (host === undefined && httpVersion === '1.1') return 'host_missing'
  return expect === undefined || knownExpectation.test(expect) ? null : 'expectation_failed'
}
