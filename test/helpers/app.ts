// The whole service as production builds it, on an empty store, with a clock that tests move and a log that they read.
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp, type Overrides } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { type Client, createClient } from './client.js'
import { createTestClock, type TestClock } from './clock.js'
import { testConfig, testEnvironment } from './config.js'
import { patientStores } from './database.js'
import { createTestLog } from './log.js'
import { overInject } from './transports.js'
import { until } from './until.js'

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
  /** False where the store will not answer. */
  ready?: boolean
}

export async function createTestApp (t: Test, { config = {}, environment = {}, overrides = {}, logLevel = 'info', ready = true }: TestAppOptions = {}): Promise<TestApp> {
  const clock = createTestClock()
  const log = createTestLog(logLevel)
  const settings = testConfig({ ...testEnvironment(t), ...environment }, config)
  const stores = overrides.stores ?? (ready ? await patientStores(t, settings.databaseUrl) : undefined)
  const app = await buildApp(settings, { clock, logger: log.logger, ...overrides, ...(stores !== undefined && { stores }) })
  t.teardown(async () => { await app.close() })
  await app.ready()
  // MongoDB's indexes are made while the service runs already.
  if (ready) await until(async () => (await app.inject('/health/ready')).statusCode === 200)
  return { app, client: createClient({ app, send: overInject(app) }), clock, log }
}
