// Cross-origin requests: an exact allow-list from the configuration, none by default.
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** The last one carries the token of the newbycoder dialect. */
const askedHeaders = ['authorization', 'content-type', 'if-match', 'if-none-match', 'x-request-id', 'x-access-token']
const answeredHeaders = ['x-request-id', 'etag', 'location', 'retry-after', 'ratelimit', 'ratelimit-policy', 'www-authenticate']

export default fp(async function crossOrigin (app: FastifyInstance) {
  const origins = [...app.config.corsOrigins]
  if (origins.length === 0) return
  await app.register(cors, {
    origin: origins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: askedHeaders,
    exposedHeaders: answeredHeaders,
    maxAge: 600,
    // Else an OPTIONS that is no preflight gets an answer in plain text.
    strictPreflight: false
  })
}, { name: 'cors', dependencies: ['context'] })
