// The headers that every answer carries, 404 and 500 included: one constant object, which costs an eighth of a header library.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../src/config.js'

const always = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'interest-cohort=()'
}
/** Two years (RFC 6797): only where clients come over TLS, as PUBLIC_URL says. */
const overTls = { ...always, 'strict-transport-security': 'max-age=63072000; includeSubDomains' }

export function securityHeadersFor ({ publicUrl }: Pick<Config, 'publicUrl'>): Record<string, string> {
  return publicUrl.startsWith('https:') ? overTls : always
}

export default fp(async function securityHeaders (app: FastifyInstance) {
  const headers = securityHeadersFor(app.config)
  app.addHook('onRequest', function setSecurityHeaders (request, reply, done) {
    reply.headers(headers)
    reply.header('x-request-id', request.id)
    done()
  })
}, { name: 'security-headers', dependencies: ['context'] })
