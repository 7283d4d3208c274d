// A span for every request that finds its server: named and described by OpenTelemetry's conventions for HTTP, with what the code wrote.
// No address, query, header or body: what a client sends may be a secret.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import type { Trace } from '../src/tracing/tracing.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where requests are traced. */
    trace?: Trace
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

export default fp(async function requestSpans (app: FastifyInstance) {
  const { tracing } = app
  if (tracing === null) return
  const scheme = new URL(app.config.publicUrl).protocol.slice(0, -1)

  app.addHook('onRequest', function beginSpan (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
    const method = methods.has(request.method) ? request.method : '_OTHER'
    const route = request.routeOptions.url
    const name = route === undefined ? method : `${method} ${route}`
    // The address with its values taken out is the route: they may be anything, on an address that is not known above all.
    const attributes = { 'http.request.method': method, 'url.scheme': scheme, ...(route !== undefined && { 'http.route': route, 'url.path': route }) }
    request.trace = tracing.begin(name, attributes, request.raw.headers)
    request.trace.around(done)
  })

  // A body is read by events of the socket, which know nothing of the request: what comes after it is brought back to its trace.
  app.addHook('preValidation', function resumeSpan (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
    request.trace?.around(done)
  })

  app.addHook('onResponse', function endSpan ({ trace }: FastifyRequest, { statusCode }: FastifyReply, done: HookHandlerDoneFunction) {
    const failed = statusCode >= 500
    trace?.end({ 'http.response.status_code': statusCode, ...(failed && { 'error.type': String(statusCode) }) }, failed)
    done()
  })
}, { name: 'request-spans', dependencies: ['context', 'tracing'] })
