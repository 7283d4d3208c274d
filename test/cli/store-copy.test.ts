// gatehouse store copy: SQLite to SQLite and, where a server is given, through MongoDB.
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { runCli } from '../../src/cli/program.js'
import { canonicalJson, digestStore, transferKinds } from '../../src/stores/copy.js'
import { type OpenedStores, openStores } from '../../src/stores/open.js'
import type { Stores, TransferKind, TransferStore } from '../../src/stores/stores.js'
import { dropDatabase, onMongo, testDatabaseUrl } from '../helpers/database.js'
import { later, newUser, sampleKey, sampleMail, samplePerson, sampleSession, start } from '../stores/contract/samples.js'
import { createOutput } from './support.js'

const folder = t.testdir({})
const [source, target] = [`sqlite:${join(folder, 'source.db')}`, `sqlite:${join(folder, 'target.db')}`]
// Each is opened once: opening starts a thread, which takes a second under test.
const kept = new Map<string, OpenedStores>()
for (const databaseUrl of [source, target]) kept.set(databaseUrl, await openStores({ databaseUrl }))
t.teardown(async () => { for (const { close } of kept.values()) await close() })
const storesAt = (url: string): Stores => (kept.get(url) as OpenedStores).stores
const from = storesAt(source)
const to = storesAt(target)

const ada = newUser({ email: 'ada@example.com', role: 'admin' })
// MongoDB's TTL monitor goes by the time of day, and must find nothing to take.
const session = sampleSession({ userId: ada.user.id, counter: 3, maxExpiresAt: new Date(Date.now() + 86_400_000) })
await from.users.insert(ada)
await from.signingKeys.insert(sampleKey())
await from.sessions.insert(session)
// A whole page, and one more.
await from.persons.insertMany(Array.from({ length: 501 }, () => samplePerson()))
await from.mails.insert(sampleMail())
await from.counters.hit('over', new Date(0), later(-1))

type Write = TransferStore['write']

async function run (args: readonly string[], writing: (write: Write, stop: () => void) => Write = (write) => write) {
  const [stdout, stderr] = [createOutput(false), createOutput(false)]
  let stop = (): void => undefined
  const code = await runCli(['store', 'copy', ...args], {
    stdin: Readable.from([]),
    stdout,
    stderr,
    environment: () => ({ DATA_DIR: folder }),
    async openStores (config) {
      const { stores, close } = kept.get(config.databaseUrl) ?? await openStores(config)
      const write = writing(stores.transfer.write, () => { stop() })
      return { stores: { ...stores, transfer: { ...stores.transfer, write } }, close: kept.has(config.databaseUrl) ? async () => undefined : close }
    },
    clock: () => start,
    onStop (listener) {
      stop = listener
      return () => undefined
    }
  })
  return { code, out: stdout.text(), err: stderr.text() }
}

const there = ['--from', source, '--to', target]
const emptied = async (): Promise<void> => { for (const kind of transferKinds) await to.transfer.write(kind, [], null, null) }

t.test('everything is copied, and a session made before goes on after', async t => {
  await emptied()
  t.match(await run(there), { code: 0, err: '', out: /users +1 +[0-9a-f]{64} +same\n[^]*persons +501 [^]*mails +1 [^]*counters +0 [^]*\nCopied 505 rows; both databases hold the same\.\n$/ })
  t.same(await to.users.findCredentials({ email: 'ada@example.com' }), { user: ada.user, passwordHash: ada.passwordHash, passwordVersion: 1 })
  t.match(await to.sessions.advance(session.id, 3, later(1), later(9)), { outcome: 'advanced', session: { counter: 4 } })

  t.match(await run(there), { code: 1, out: '', err: /^error: The target holds 1 account, 501 persons and 1 signing key already\. Nothing was written/ })
  const resumed = await run([...there, '--resume', '--json'])
  t.match(JSON.parse(resumed.out), { ok: true, kinds: [{ kind: 'signingKeys', rows: 1, copied: true }, { kind: 'users' }, { kind: 'roleChanges' }, { kind: 'sessions', rows: 1 }] })
  t.same([resumed.code, await to.sessions.find(session.id)], [0, session])
})

t.test('what may be worth keeping is not written over', async t => {
  await emptied()
  await to.users.insert(newUser())
  t.match(await run([...there, '--resume']), { code: 1, out: '', err: /no copy of this source/ })
  await to.signingKeys.insert(sampleKey())
  t.match(await run([...there, '--resume']), { code: 1, out: '', err: /no copy of this source/ })
  t.equal(await to.users.count({}), 1)
})

t.test('wrong usage makes no file', async t => {
  t.match(await run(['--from', source, '--to', source]), { code: 2, err: /the same database/ })
  symlinkSync('source.db', join(folder, 'link.db'))
  for (const name of [`sqlite:${folder}/./source.db`, `sqlite:${folder}/link.db`]) {
    t.match(await run(['--from', source, '--to', name, '--resume']), { code: 2, out: '', err: /the same database/ }, 'by another name')
  }
  const missing = join(folder, 'missing.db')
  t.match(await run(['--from', `sqlite:${missing}`, '--to', target]), { code: 2, err: /There is no database file/ })
  t.notOk(existsSync(missing))
})

t.test('an empty name is not the database of the service, and what is wrong with one is told by its option', async t => {
  t.match(await run(['--from', source, '--to', '', '--resume']), { code: 2, out: '', err: /^error: --to is empty: it must name a database/ })
  t.match(await run(['--from', ' ', '--to', target]), { code: 2, out: '', err: /^error: --from is empty/ })
  t.match(await run(['--from', source, '--to', 'mysql://x']), { code: 1, out: '', err: /^The configuration has a fault:\n {2}- --to must be sqlite:PATH/ })
  t.notOk(existsSync(join(folder, 'gatehouse.db')))
})

t.test('a server without the name of a database is not the one that its driver would take', async t => {
  for (const server of ['mongodb://127.0.0.1:1', 'mongodb://127.0.0.1:1/', 'mongodb://ada:p%2Fw@127.0.0.1:1/?directConnection=true', 'mongodb+srv://db.example.com?w=majority']) {
    t.match(await run(['--from', source, '--to', server]), { code: 2, out: '', err: /^error: --to names a server and no database on it/ })
    t.match(await run(['--from', server, '--to', target]), { code: 2, out: '', err: /^error: --from names a server/ })
  }
})

t.test('of a source that holds nothing there is no copy', async t => {
  await emptied()
  const made = join(folder, 'of-nothing.db')
  t.match(await run(['--from', target, '--to', `sqlite:${made}`]), { code: 1, out: '', err: /^error: The source holds no accounts, persons or signing keys\. Is its name right\? Nothing was written\.\n$/ })
  t.notOk(existsSync(made))
})

t.test('stopped: exit code 1, and --resume goes on', async t => {
  await emptied()
  const stopped = await run(there, (write, stop) => async (...args) => {
    stop()
    await write(...args)
  })
  t.match(stopped, { code: 1, out: '', err: /^error: Stopped before all was copied\. Run the same command with --resume/ })
  t.same([(await to.signingKeys.list()).length, await to.users.count({})], [1, 0])
  t.match(await run([...there, '--resume']), { code: 0 })
})

t.test('two that differ at the end are told', async t => {
  await emptied()
  const losing = (write: Write): Write => async <K extends TransferKind>(kind: K, rows: Parameters<typeof write<K>>[1], after: string | null, upTo: string | null) => {
    await write(kind, kind === 'mails' ? [] : rows, after, upTo)
  }
  t.match(await run(there, losing), { code: 1, out: /mails +1 .* DIFFERS/, err: /^The two differ/ })
})

t.test('canonical JSON has one form for one row', async t => {
  t.equal(canonicalJson({ b: [{ d: null, c: new Date(0) }], a: 'x' }), '{"a":"x","b":[{"c":"1970-01-01T00:00:00.000Z","d":null}]}')
})

t.test('SQLite → MongoDB → SQLite', { skip: !onMongo && 'TEST_STORE is not mongodb' }, async t => {
  await emptied()
  const between = testDatabaseUrl('')
  t.teardown(async () => { await dropDatabase(between) })
  const out = await run(['--from', source, '--to', between, '--json'])
  t.match(out, { code: 0, err: '' })
  t.same(await run(['--from', between, '--to', target, '--json']), out)
  t.same(await digestStore(to, start, () => undefined), await digestStore(from, start, () => undefined))
  t.same(await to.sessions.find(session.id), session)
})
