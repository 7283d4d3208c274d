// The configuration of a test: what the real reader makes of a small environment, then password hashes that cost next to nothing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Config, loadConfig } from '../../src/config.js'
import { dropDatabase, testDatabaseUrl } from './database.js'

export const testSecret = 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA='

/** A folder that goes when the test ends. */
export function temporaryFolder (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** An environment with a fresh, empty store: SQLite in a folder of its own or, under TEST_STORE=mongodb, a database. Nothing is shed: tests
 * ask for many things in one turn, on busy machines. */
export function testEnvironment (t: Test): Record<string, string> {
  const folder = temporaryFolder(t)
  const databaseUrl = testDatabaseUrl(folder)
  // After the app has closed: tap runs teardowns last to first.
  t.teardown(async () => { await dropDatabase(databaseUrl) })
  return { NODE_ENV: 'test', DATA_DIR: folder, DATABASE_URL: databaseUrl, AUTH_SECRET: testSecret, PORT: '0', HASH_SLOTS: '2', REVOCATION_POLL: '1s', THROTTLE: 'off', SHED_AFTER_MS: '0' }
}

/** Only here does a hash cost less than the configuration allows. Limits per address are off, since all tests come from one; those per
 * account stay. */
export function testConfig (environment: Record<string, string>, overrides: Partial<Config> = {}): Config {
  return { ...loadConfig(environment), argon2: { memoryKib: 1024, time: 1, parallelism: 1 }, throttle: false, ...overrides }
}
