// The route table: what the service answers, in reading order. What stands under `protect` asks for a token.
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import audit from './audit.js'
import console from './console.js'
import docs from './docs.js'
import health from './health.js'
import email from './email.js'
import login from './login.js'
import logout from './logout.js'
import metrics from './metrics.js'
import openapi from './openapi.js'
import password from './password.js'
import persons from './persons.js'
import profile from './profile.js'
import refresh from './refresh.js'
import register from './register.js'
import revocations from './revocations.js'
import sessions from './sessions.js'
import users from './users.js'
import wellKnown from './well-known.js'

const open: ReadonlyArray<readonly [prefix: string, routes: FastifyPluginAsync]> = [
  ['/register', register],
  ['/login', login],
  ['/refresh', refresh],
  ['/password', password],
  ['/email', email],
  ['', wellKnown],
  // With a guard of its own: it takes a token of the operator's too.
  ['/revocations', revocations],
  ['/health', health],
  ['', openapi],
  ['', docs],
  ['', console]
]

const guarded: ReadonlyArray<readonly [prefix: string, routes: FastifyPluginAsync]> = [
  ['/logout', logout],
  ['/sessions', sessions],
  ['/profile', profile],
  ['/persons', persons],
  ['/users', users],
  ['/audit', audit]
]

/** With a port of its own (metrics-port.ts) it is not here. */
const measured: typeof open = [['/metrics', metrics]]

/** The guard is attached once, to the scope that holds every protected route: none can be forgotten. */
async function protect (app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', app.authenticate)
  for (const [prefix, routes] of guarded) await app.register(routes, { prefix })
}

export default async function routes (app: FastifyInstance): Promise<void> {
  const unguarded = app.config.metrics.port === null ? [...open, ...measured] : open
  for (const [prefix, module] of unguarded) await app.register(module, { prefix })
  await app.register(protect)
}
