// Tells a method that an address does not take (405, RFC 9110 §15.5.6) from an address that is not there (404), before a body is read.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/errors.js'

interface Address { pattern: RegExp, methods: Set<string> }

export default fp(async function methods (app: FastifyInstance) {
  const addresses = new Map<string, Address>()

  app.addHook('onRoute', function noteMethods ({ url, method }) {
    const address = addresses.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const name of [method].flat()) address.methods.add(name)
    addresses.set(url, address)
  })

  app.addHook('onRequest', function refuseUnknown (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) {
    if (!request.is404) {
      done()
      return
    }
    const allowed = methodsOf(addresses.values(), request.url)
    if (allowed.length > 0) reply.header('allow', allowed.join(', '))
    done(new ServiceError(allowed.length > 0 ? 'method_not_allowed' : 'not_found'))
  })
}, { name: 'methods', dependencies: ['problems'] })

function methodsOf (addresses: Iterable<Address>, url: string): string[] {
  const path = url.replace(/[?#].*$/s, '')
  const found = new Set<string>()
  for (const { pattern, methods } of addresses) if (pattern.test(path)) for (const method of methods) found.add(method)
  return [...found].sort()
}

/** The addresses that a route's URL stands for: `:name` is one segment, `*` is all that follows. */
function patternOf (url: string): RegExp {
  const source = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+').replace(/\*/g, '.*')
  return new RegExp(`^${source}$`)
}
