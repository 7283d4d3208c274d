// Two services for the guard: the real one on a real database, and one of nothing but the token plugins on stores that can be switched off.
import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import authenticate from '../../plugins/authenticate.js'
import context from '../../plugins/context.js'
import jwt from '../../plugins/jwt.js'
import problems from '../../plugins/problems.js'
import tokens, { type TokensOptions } from '../../plugins/tokens.js'
import wellKnown from '../../routes/well-known.js'
import { buildApp } from '../../src/app.js'
import { type Config, loadConfig } from '../../src/config.js'
import { Problem } from '../../src/schemas/problem.js'
import { openSqliteStores } from '../../src/stores/sqlite/index.js'
import type { KeyAlgorithm, Stores } from '../../src/stores/stores.js'
import { authSecret, createTestClock, createTestStores, type TestStores } from '../tokens/support.js'

export interface TokenAppOptions extends TokensOptions {
  algorithm?: KeyAlgorithm
  secret?: Buffer
  state?: TestStores
  clock?: ReturnType<typeof createTestClock>
  pollMilliseconds?: number
  accessTokenSeconds?: number
}

export const issuer = 'https://id.example'
export const audience = 'gatehouse'

/** Not started. `handled` counts how often a guarded handler ran; `logged` holds the log. */
export async function buildTokenApp (options: TokenAppOptions = {}) {
  const { algorithm = 'EdDSA', secret = authSecret, state = createTestStores(), clock = createTestClock(), pollMilliseconds = 60_000, accessTokenSeconds = 600, ...tokensOptions } = options
  const config = { authSecret: secret, jwt: { issuer, audience, algorithm, accessTokenSeconds }, revocationPollMilliseconds: pollMilliseconds } as Config
  const logged: string[] = []
  const app: FastifyInstance = Fastify({ logger: { stream: { write: (line: string) => { logged.push(line) } } } })
  const counts = { handled: 0 }
  await app.register(context, { config, clock })
  await app.register(problems)
  await app.register(fp(async (scope: FastifyInstance) => { scope.decorate('stores', state.stores) }, { name: 'stores' }))
  await app.register(tokens, tokensOptions)
  await app.register(jwt)
  await app.register(authenticate)
  app.addSchema(Problem)
  await app.register(wellKnown)
  app.get('/guarded', { onRequest: app.authenticate }, async (request) => { counts.handled += 1; return request.auth })
  app.get('/managed', { onRequest: [app.authenticate, app.requireRole('manager')] }, async (request) => { counts.handled += 1; return request.auth })
  app.get('/open', async (request) => request.auth)
  const xHeader = app.authenticateWith((request) => request.headers['x-access-token']?.toString() ?? null)
  app.get('/x-header', { onRequest: xHeader }, async (request) => request.authenticated)
  const broken = app.authenticateWith(() => { throw new TypeError('a fault of the reader') })
  app.get('/broken-reader', { onRequest: broken }, async () => 'never')
  return { app, state, clock, counts, logged }
}

/** The service as it runs in production, on a database in `folder`. `prepare` gets at the store before the service starts. */
export async function buildRealApp (folder: string, algorithm: KeyAlgorithm, clock: () => Date, prepare: (stores: Stores) => Promise<void>) {
  const stores = await openSqliteStores({ path: `${folder}/gatehouse.db` })
  await stores.ping()
  await prepare(stores)
  const config = loadConfig({ DATA_DIR: folder, AUTH_SECRET: authSecret.toString(), PUBLIC_URL: issuer, JWT_ALGORITHM: algorithm, SHED_AFTER_MS: '0' })
  const app = await buildApp(config, { stores, clock })
  const counts = { handled: 0 }
  app.get('/guarded', { onRequest: app.authenticate }, async (request) => { counts.handled += 1; return request.auth })
  await app.ready()
  async function close () {
    await app.close()
    await stores.close()
  }
  return { app, stores, counts, close }
}
