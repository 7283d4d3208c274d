// What stands before every route, on the main server and on a dialect's own: headers, the log, who may ask and how.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import accessLog from './access-log.js'
import bodies from './bodies.js'
import cors from './cors.js'
import forwarding from './forwarding.js'
import httpRules from './http-rules.js'
import methods from './methods.js'
import requestMetrics from './request-metrics.js'
import requestSpans from './request-spans.js'
import securityHeaders from './security-headers.js'
import shedding from './shedding.js'
import throttle from './throttle.js'

export default fp(async function front (app: FastifyInstance) {
  await app.register(requestSpans)
  await app.register(securityHeaders)
  await app.register(accessLog)
  await app.register(requestMetrics)
  // Before `methods`, which would take its route for every address as one of ours.
  await app.register(cors)
  await app.register(shedding)
  await app.register(forwarding)
  await app.register(throttle)
  await app.register(httpRules)
  await app.register(methods)
  await app.register(bodies)
}, { name: 'front', dependencies: ['context', 'warnings', 'metrics', 'tracing', 'problems', 'load', 'limiters'] })
