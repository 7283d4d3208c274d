// A dialect on a port of its own: a second server over the same services, where nothing but the dialect answers.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import front from '../../plugins/front.js'
import identity from '../../plugins/identity.js'
import { about } from '../../src/about.js'
import { createClaims } from './claims.js'
import { tagOf } from './describe.js'
import type { Dialect } from './dialect.js'
import { answerRefusals } from './refusals.js'
import { scopeOf } from './scope.js'

/** What the main server made, by the plugin that made it: there is one store, one key ring, one deny-list in a process, and one
 * budget for an address. */
const lent = {
  context: ['config', 'clock', 'primary'],
  warnings: ['warnOperator', 'operatorWarnings'],
  metrics: ['metrics'],
  tracing: ['tracing'],
  load: ['turnLimit'],
  limiters: ['countRequest'],
  stores: ['stores'],
  tokens: ['keyRing', 'denyList', 'revocationFeed', 'verifiedTokens', 'longestTokenSeconds'],
  services: ['services']
} as const satisfies Record<string, ReadonlyArray<keyof FastifyInstance>>

async function lend (app: FastifyInstance, server: FastifyInstance): Promise<void> {
  for (const [name, members] of Object.entries(lent)) {
    await server.register(fp(async function borrow (server: FastifyInstance) {
      for (const member of members) server.decorate(member, app[member] as never)
    }, { name }))
  }
}

async function publish (server: FastifyInstance, dialect: Dialect): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Gatehouse as ${dialect.name}`, version: about.version, description: 'An older server\'s API over the accounts of this service.' },
      servers: [{ url: '/', description: 'This service' }],
      tags: [{ name: tagOf(dialect) }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
    }
  })
  if (!server.config.docs) return
  server.get('/openapi.json', { schema: { hide: true } }, async function getOpenapiJson (_request, reply) {
    return await reply.type('application/json; charset=utf-8').send(server.swagger())
  })
}

/** Makes `server`, which is bare, speak the dialect with what `app` has. It does not listen yet. */
export async function furnish (server: FastifyInstance, app: FastifyInstance, dialect: Dialect): Promise<void> {
  await lend(app, server)
  await server.register(fp(async function problemsInDialect (server: FastifyInstance) { answerRefusals(server, dialect.shape) }, { name: 'problems' }))
  await server.register(front)
  await publish(server, dialect)
  await server.register(identity)
  await server.register(scopeOf(dialect, { claim: createClaims(server), ownsPrefix: false }))
}
