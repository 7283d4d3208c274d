// Keeps two dialects, or a dialect and the main API, from answering one method and path.
import type { FastifyInstance } from 'fastify'
import type { DialectName } from '../../src/environment.js'

export type Claim = (name: DialectName, method: string, url: string) => void

/** Knows the routes that `app` has already, and those that were claimed. A claim throws where the place is taken, and says what to do. */
export function createClaims (app: FastifyInstance): Claim {
  const owners = new Map<string, DialectName>()

  return function claim (name, method, url) {
    const operation = `${method} ${url}`
    const owner = owners.get(operation)
    if (owner !== undefined) throw new Error(`DIALECTS: ${owner} and ${name} both answer ${operation}. ${advice('one of them', name)}`)
    if (app.hasRoute({ method: method as 'GET', url })) throw new Error(`DIALECTS: the main API and ${name} both answer ${operation}. ${advice(name, name)}`)
    owners.set(operation, name)
  }
}

function advice (whom: string, name: DialectName): string {
  return `Give ${whom} a prefix (${name}@/old) or a port of its own (${name}@:5050).`
}
