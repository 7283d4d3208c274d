// What happens while SQLite cannot: writes say 503, reads go on, and all is well once the cause is gone.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import t from 'tap'
import { openConnection } from '../../src/stores/sqlite/connection.js'
import { makeFile } from '../../src/stores/sqlite/file.js'
import { createReader } from '../../src/stores/sqlite/reader.js'
import { openWriter } from '../../src/stores/sqlite/write-loop.js'
import { newUser, samplePerson, start } from './contract/samples.js'
import { atOnce, refusalOf } from './contract/engine.js'
import { leastOfThree, timed } from '../helpers/until.js'
import { open } from './sqlite-helpers/open.js'

const { path, stores, cleanup } = await open()
t.teardown(async () => { makeReadOnly(path, false); await cleanup() })

/** Nobody may write the file, root included. False where the system cannot do that. */
function makeReadOnly (path: string, readOnly: boolean): boolean {
  if (process.getuid?.() !== 0) {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) chmodSync(file, readOnly ? 0o400 : 0o600)
    return true
  }
  try {
    execFileSync('chattr', [readOnly ? '+i' : '-i', path, `${path}-wal`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

void t.test('The event loop goes on while the disk is waited for', async t => {
  let turns = 0
  let counting = true
  const count = (): void => { turns += 1; if (counting) setImmediate(count) }
  count()
  let most = 0
  // Where there is little processor to be had, a commit may be over before the loop has got any of it.
  for (let round = 0; round < 50 && most <= 40; round += 1) {
    turns = 0
    for (let index = 0; index < 20; index += 1) await stores.users.insert(newUser())
    most = Math.max(most, turns)
  }
  counting = false
  t.ok(most > 40, `${String(most)} turns of the loop during 20 commits one after another`)
})

void t.test('While another process holds the file, writes are 503 within two seconds and reads go on', async t => {
  const entry = newUser()
  await stores.users.insert(entry)
  const other = openConnection(path, { readOnly: false, busyMilliseconds: 0 })
  other.script('BEGIN IMMEDIATE')
  const took = await leastOfThree(2500, async () => await timed(async () => {
    const writes = atOnce(5, () => refusalOf(stores.users.insert(newUser())))
    await new Promise(resolve => setTimeout(resolve, 50))
    const late = refusalOf(stores.users.insert(newUser()))
    t.same(await stores.users.find({ id: entry.user.id }), entry.user)
    await stores.ping()
    t.same([...new Set(await writes), await late], ['store_unavailable', 'store_unavailable'], 'also one that came while the first was waiting')
  }))
  t.ok(took < 2500, `${String(took)} ms`)
  other.script('COMMIT')
  other.close()
  t.equal(await refusalOf(stores.users.insert(newUser())), null)
})

void t.test('While the file is read-only, writes are 503 and reads go on; afterwards both work', async t => {
  const entry = newUser()
  await stores.users.insert(entry)
  if (!makeReadOnly(path, true)) return void t.comment('This system has no way to make a file read-only for root.')
  const outcomes = []
  for (let index = 0; index < 3; index += 1) outcomes.push(await refusalOf(stores.users.insert(newUser())))
  if (process.getuid?.() === 0) t.same(outcomes, ['store_unavailable', 'store_unavailable', 'store_unavailable'])
  t.same(await stores.users.find({ id: entry.user.id }), entry.user)
  t.ok(makeReadOnly(path, false))
  t.equal(await refusalOf(stores.users.insert(newUser())), null)
})

void t.test('A reader that cannot open its file says so, and reads once it is there', async t => {
  const elsewhere = `${path}.moved`
  const reader = createReader(elsewhere)
  const look = (): Promise<unknown> => reader.read(db => db.count('SELECT count(*) AS found FROM users'))
  t.equal(await refusalOf(look()), 'store_unavailable')
  makeFile(elsewhere)
  openWriter(elsewhere).close()
  t.equal(await look(), 0)
  await t.rejects(reader.read(() => { throw new TypeError('a mistake') }), TypeError, 'a mistake in the code is none of the engine')
  await t.rejects(reader.read(db => db.one('SELECT nonsense')), /no such column/)
  reader.close()
  renameSync(elsewhere, `${elsewhere}.2`)
  t.equal(await refusalOf(look()), 'store_unavailable')
})

void t.test('A reader whose engine fails under it opens anew', async t => {
  const reader = createReader(path)
  t.equal(await reader.read(db => db.count('SELECT count(*) AS found FROM mails')), 0)
  const failure = Object.assign(new Error('disk I/O error'), { errcode: 10 })
  t.equal(await refusalOf(reader.read(() => { throw failure })), 'store_unavailable')
  t.equal(await reader.read(db => db.count('SELECT count(*) AS found FROM mails')), 0)
  reader.close()
})

void t.test('While another file has its name, or none, writes are 503 and it is not ready; put back, all is well', async t => {
  const entry = newUser()
  await stores.users.insert(entry)
  renameSync(path, `${path}.aside`)
  t.same([await refusalOf(stores.users.insert(newUser())), await refusalOf(stores.ping())], ['store_unavailable', 'store_unavailable'])
  t.notOk(existsSync(path), 'none is made in its place')
  copyFileSync(`${path}.aside`, path)
  t.same([await refusalOf(stores.users.insert(newUser())), await refusalOf(stores.ping())], ['store_unavailable', 'store_unavailable'], 'also a restored one')
  await t.rejects(stores.ping(), { cause: { message: /gatehouse\.db was moved or replaced while it was open\. Restart the service, or put the file back$/ } })
  t.same(await stores.users.find({ id: entry.user.id }), entry.user)
  rmSync(path)
  renameSync(`${path}.aside`, path)
  t.same([await refusalOf(stores.users.insert(newUser())), await refusalOf(stores.ping())], [null, null])
})

void t.test('A text with the character NUL is refused, because the engine would cut it there', async t => {
  t.equal(await refusalOf(stores.users.insert(newUser({ firstName: 'A\0B' }))), 'validation_failed')
  t.equal(await refusalOf(stores.persons.insert(samplePerson({ name: '\0' }))), 'validation_failed')
  t.equal(await refusalOf(stores.users.find({ email: 'a@example.org\0' })), 'validation_failed')
  t.equal(await refusalOf(stores.users.count({ q: '\0' })), 'validation_failed')
})

void t.test('A cursor of the feed that is not of this file begins anew', async t => {
  t.same(await stores.revocations.page(null, start, 9), { revocations: [], cursor: '0', more: false })
  const entry = newUser({ role: 'manager' })
  await stores.users.insert(entry)
  await stores.users.update(entry.user.id, { role: 'client' }, start)
  t.match((await stores.revocations.page('999', start, 9)).revocations, [{ kind: 'role', userId: entry.user.id }])
  t.same((await stores.revocations.page('1', start, 9)).revocations, [])
})
