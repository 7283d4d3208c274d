// The whole service as production builds it, on an empty store, with a clock that tests move and a log that they read.
import { type FastifyInstance } from 'fastify'
import { type Test } from 'tap'
import { buildApp, type Overrides } from '../../src/app.js'
import { type Config } from '../../src/config.js'
import { type Client, createClient } from './client.js'
import { createTestClock, type TestClock } from './clock.js'
import { testConfig, testEnvironment } from './config.js'
import { createTestLog } from './log.js'
import { overInject } from './transports.js'

export interface TestApp {
  app: FastifyInstance
  /** Asks by inject; every answer is held against the document. */
  client: Client
  clock: TestClock
  log: ReturnType<typeof createTestLog>
}

export interface TestAppOptions {
  /** Members of the configuration that are otherwise. */
  config?: Partial<Config>
  /** Variables of the environment that are otherwise. */
  environment?: Record<string, string>
  overrides?: Overrides
  logLevel?: string
}

export async function createTestApp (t: Test, { config = {}, environment = {}, overrides = {}, logLevel = 'info' }: TestAppOptions = {}): Promise<TestApp> {
  const clock = createTestClock()
  const log = createTestLog(logLevel)
  const app = await buildApp(testConfig({ ...testEnvironment(t), ...environment }, config), { clock, logger: log.logger, ...overrides })
  t.teardown(async () => { await app.close() })
  await app.ready()
  // A test that names a database of its own may mean one that is down.
  if (config.databaseUrl === undefined) await storeAnswers(app)
  return { app, client: createClient({ app, send: overInject(app) }), clock, log }
}

/** A database over the network may still be making its indexes when the app is ready; on a busy machine that takes a while. */
async function storeAnswers (app: FastifyInstance): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    if (await app.stores.ping().then(() => app.keyRing.loaded && app.revocationFeed.ready, () => false)) return
    await new Promise((resolve) => { setTimeout(resolve, 250) })
  }
}
