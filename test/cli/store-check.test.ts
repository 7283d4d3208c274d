// gatehouse store check: a whole database, and every way in which one is not; on MongoDB where a server is given.
import { existsSync, openSync, closeSync, writeSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import t, { type Test } from 'tap'
import { createSealer } from '../../src/seal.js'
import { openStores } from '../../src/stores/open.js'
import { Database } from '../../src/stores/sqlite/engine.js'
import { createKeyRing } from '../../src/tokens/signing-keys.js'
import { loadConfig } from '../../src/config.js'
import { testSecret } from '../helpers/config.js'
import { dropDatabase, onMongo, testDatabaseUrl } from '../helpers/database.js'
import { newUser, sampleSession } from '../stores/contract/samples.js'
import { createTestCli, type TestCli } from './support.js'

interface Report { ok: boolean, engine: string, findings: Array<{ check: string, result: string, detail: string }>, counts: Record<string, number> }

/** A database with an account, a session and a key, closed again. */
async function createDatabase (t: Test, DATABASE_URL?: string) {
  const folder = t.testdir({})
  const path = join(folder, 'gatehouse.db')
  const cli = createTestCli(folder, { AUTH_SECRET: testSecret, DATABASE_URL: DATABASE_URL ?? `sqlite:${path}` })
  const { stores, close } = await openStores(loadConfig(cli.environment))
  const ada = newUser()
  await stores.users.insert(ada)
  await stores.sessions.insert(sampleSession({ userId: ada.user.id }))
  await createKeyRing({ store: stores.signingKeys, sealer: createSealer(loadConfig(cli.environment).authSecret, 'signing-keys'), algorithm: 'EdDSA', accessTokenSeconds: 600, clock: () => cli.now }).load()
  await close()
  return { cli, path }
}

async function check (cli: TestCli, ...args: string[]): Promise<{ code: number, report: Report }> {
  const { code, out } = await cli.run(['store', 'check', '--json', ...args])
  return { code, report: JSON.parse(out) as Report }
}

const failuresOf = ({ findings }: Report) => findings.filter(({ result }) => result === 'failed').map(({ check, detail }) => [check, detail])

/** Changes the file by hand. */
function tamper (path: string, ...statements: string[]): void {
  const db = new Database(path)
  for (const statement of statements) db.exec(statement)
  db.close()
}

t.test('a whole database: exit code 0, every check, counts; nothing is written', async t => {
  const { cli, path } = await createDatabase(t)
  const before = statSync(path)
  for (const args of [[], ['--full']]) {
    const { code, report } = await check(cli, ...args)
    t.equal(code, 0)
    t.match(report, { ok: true, engine: 'sqlite', counts: { users: 1, sessions: 1, signing_keys: 1, persons: 0 } })
    t.same(report.findings.map(({ check, result }) => [check, result]), ['pages', 'references', 'migrations', 'tables and indexes', 'signing keys'].map((name) => [name, 'ok']))
  }
  t.match(await cli.run(['store', 'check']), { code: 0, err: '', out: /^CHECK {15}RESULT\npages {15}ok {6}PRAGMA quick_check\n[^]*signing keys {8}ok {6}1 key; AUTH_SECRET opens what counts\n[^]*users 1, [^]*\nThe database is whole\.\n$/ })
  t.equal(statSync(path).mtimeMs, before.mtimeMs)
})

t.test('a missing file is not made', async t => {
  const folder = t.testdir({})
  t.match(await createTestCli(folder).run(['store', 'check']), { code: 1, out: '', err: /^error: There is no database file/ })
  t.notOk(existsSync(join(folder, 'gatehouse.db')))
})

t.test('a file that is no database, and one with a broken page', async t => {
  const { cli, path } = await createDatabase(t)
  tamper(path, 'PRAGMA wal_checkpoint(TRUNCATE)')
  const bytes = statSync(path).size
  const file = openSync(path, 'r+')
  // All but the first page, which holds the schema.
  writeSync(file, Buffer.alloc(bytes - 4096, 0x55), 0, bytes - 4096, 4096)
  closeSync(file)
  const { code, report } = await check(cli)
  t.equal(code, 1)
  t.match(failuresOf(report)[0], [/^(pages|readable)$/, /./])
  writeFileSync(path, 'x'.repeat(4096))
  t.match(await check(cli), { code: 1, report: { ok: false, counts: {}, findings: [{ check: 'readable', result: 'failed', detail: /not a database/ }] } })
  t.match(await cli.run(['store', 'check']), { code: 1, err: /^Something is wrong with the database\. Keep a copy/ })
})

t.test('what somebody changed by hand: indexes, references, versions', async t => {
  const { cli, path } = await createDatabase(t)
  tamper(path, 'DROP INDEX users_by_email', 'DROP INDEX users_by_role', 'CREATE INDEX users_by_role ON users (role)')
  t.same(failuresOf((await check(cli)).report), [['tables and indexes', 'the index users_by_email is missing; the index users_by_role is another']])
  for (const name of ['sessions_of_user', 'sessions_by_device', 'sessions_by_end']) tamper(path, `DROP INDEX ${name}`)
  t.match(failuresOf((await check(cli)).report), [['tables and indexes', / and 2 more$/]])
  tamper(path, 'CREATE TABLE notes (id TEXT REFERENCES users (id))', 'PRAGMA foreign_keys = OFF; INSERT INTO notes VALUES (\'nobody\')')
  t.match(failuresOf((await check(cli)).report), [['references', 'a row of notes has none in users'], ['tables and indexes', /./]])
  tamper(path, 'PRAGMA user_version = 99')
  t.match(failuresOf((await check(cli)).report).at(-1), ['migrations', /^version 99, where this program knows \d+: a newer one wrote it$/])
  tamper(path, 'PRAGMA user_version = 0')
  t.match(failuresOf((await check(cli)).report).at(-1), ['migrations', /: the next start of the service brings it up to date$/])
})

t.test('another AUTH_SECRET than the keys were sealed with, and a key that is not what its kid says', async t => {
  const { cli, path } = await createDatabase(t)
  cli.environment['AUTH_SECRET'] = '9mJ1cQ2xW7vN4bZ8kL5tR0yH3gF6dS1aP8oU2iE4wXc='
  t.match(failuresOf((await check(cli)).report), [['signing keys', /^AUTH_SECRET does not open the key \S{43}$/]])
  tamper(path, 'UPDATE signing_keys SET retires_at = 1')
  t.match(await check(cli), { code: 0, report: { ok: true } }, 'what is retired need not open')
})

t.test('a server that does not answer is told so', async t => {
  const cli = createTestCli(t.testdir({}), { DATABASE_URL: 'mongodb://127.0.0.1:1/gatehouse' })
  t.match(await cli.run(['store', 'check']), { code: 1, out: '', err: /^error: The database does not answer/ })
})

t.test('MongoDB: whole, then without an index, with another, and with none at all', { skip: !onMongo && 'TEST_STORE is not mongodb' }, async t => {
  const url = testDatabaseUrl('')
  t.teardown(async () => { await dropDatabase(url) })
  const { cli } = await createDatabase(t, url)
  const whole = await check(cli)
  t.match(whole, { code: 0, report: { ok: true, engine: 'mongodb', counts: { users: 1, sessions: 1, signing_keys: 1 } } }, JSON.stringify(whole.report.findings))
  const client = new MongoClient(url)
  const users = client.db().collection('users')
  await users.dropIndex('email_unique')
  await users.dropIndex('role')
  await users.createIndex({ role: -1 }, { name: 'role' })
  t.same(failuresOf((await check(cli)).report), [['indexes', 'users.email_unique is missing; users.role is another']])
  t.notOk((await users.listIndexes().toArray()).some(({ name }) => name === 'email_unique'), 'looking has not made it')
  await client.db().dropDatabase()
  await client.close()
  t.match(failuresOf((await check(cli, '--full')).report), [['indexes', /users\.email_unique is missing.* more$/]])
})
