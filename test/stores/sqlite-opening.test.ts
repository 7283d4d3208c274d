// How a SQLite file is made, opened, refused and brought up to date.
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import { openConnection } from '../../src/stores/sqlite/connection.js'
import { Database, pickEngine, quietly } from '../../src/stores/sqlite/engine.js'
import { makeFile } from '../../src/stores/sqlite/file.js'
import { openSqliteStores } from '../../src/stores/sqlite/index.js'
import { migrate, migrations, versionOf } from '../../src/stores/sqlite/migrations.js'
import { insertPersons } from '../../src/stores/sqlite/persons.js'
import { schema1 } from '../../src/stores/sqlite/schema-1.js'
import { openWriter, useWal } from '../../src/stores/sqlite/write-loop.js'
import { later, newUser, samplePerson } from './contract/samples.js'
import { newPlace } from './sqlite-helpers/open.js'

void t.test('The engine of Node is taken where it has one, else the package', async t => {
  t.equal(pickEngine({ DatabaseSync: Database }), Database)
  const packaged = pickEngine(undefined)
  const db = new packaged(':memory:')
  t.match(db.prepare('SELECT 1 AS one').get(), { one: 1 })
  db.close()
})

void t.test('What warns of itself as it is loaded is not heard, whoever warns afterwards is', async t => {
  const heard: string[] = []
  const listen = ({ message }: Error): void => { heard.push(message) }
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  t.equal(quietly(() => { process.emitWarning('as it is loaded'); return 'loaded' }), 'loaded')
  process.emitWarning('afterwards')
  await new Promise(setImmediate)
  t.same(heard, ['afterwards'])
})

void t.test('The file is WAL and every commit is synced', t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const db = openWriter(path)
  t.match(db.one('PRAGMA journal_mode'), { journal_mode: 'wal' })
  t.match(db.one('PRAGMA synchronous'), { synchronous: 2 })
  t.match(db.one('PRAGMA foreign_keys'), { foreign_keys: 1 })
  for (const { name, strict } of db.all<{ name: string, strict: number }>('SELECT name, strict FROM pragma_table_list WHERE schema = \'main\' AND name NOT LIKE \'sqlite%\'')) t.equal(strict, 1, name)
  db.close()
  t.end()
})

void t.test('What cannot be a database is refused with its path', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  mkdirSync(dirname(path))
  t.throws(() => openWriter(dirname(path)), /unable to open/)
  writeFileSync(path, 'This is a letter, not a database. '.repeat(100))
  await t.rejects(openSqliteStores({ path }), { message: new RegExp(`^The database file ${path} cannot be used: .*not a database`) })
  t.throws(() => { makeFile(join(dirname(path), 'n'.repeat(300))) }, /ENAMETOOLONG/)
  await t.rejects(openSqliteStores({ path: join(path, 'below', 'a.db') }), { message: /cannot be used: ENOTDIR|cannot be used: EEXIST/ })
})

void t.test('A file that a newer version has written is refused', t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const db = openConnection(path, { readOnly: false, busyMilliseconds: 0 })
  db.script('PRAGMA user_version = 999')
  db.close()
  t.throws(() => openWriter(path), /newer version \(tables 999/)
  t.end()
})

void t.test('A file of the first version is brought up to date as it is opened: its rows stay, and changes are counted from then on', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const db = openConnection(path, { readOnly: false, busyMilliseconds: 0 })
  migrate(db, [schema1])
  const person = samplePerson()
  insertPersons(db, [person])
  db.close()
  const stores = await openSqliteStores({ path })
  t.same(await stores.persons.find(person.id), person)
  await stores.persons.update(person.id, { name: 'Renamed' }, later(1))
  t.match(await stores.persons.find(person.id), { name: 'Renamed' })
  await stores.close()
  const after = openConnection(path, { readOnly: true, busyMilliseconds: 0 })
  t.equal(versionOf(after), migrations.length)
  t.ok(after.count('SELECT mark AS found FROM writes WHERE of_table = \'persons\'') > 0)
  after.close()
})

void t.test('Migrations run once, in order, and a later one goes on from where the file stands', t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const db = openWriter(path)
  t.equal(versionOf(db), migrations.length)
  migrate(db)
  t.equal(versionOf(db), migrations.length)
  const more = [...migrations, 'CREATE TABLE later_on (id TEXT) STRICT', 'INSERT INTO later_on VALUES (\'once\')']
  migrate(db, more)
  migrate(db, more)
  t.equal(versionOf(db), migrations.length + 2)
  t.equal(db.count('SELECT count(*) AS found FROM later_on'), 1)
  t.throws(() => { migrate(db, [...more, 'CREATE TABLE half (id TEXT) STRICT; nonsense']) })
  db.close()
  const again = openConnection(path, { readOnly: true, busyMilliseconds: 0 })
  t.equal(versionOf(again), more.length, 'a migration that failed left nothing')
  t.equal(again.count('SELECT count(*) AS found FROM sqlite_schema WHERE name = \'half\''), 0)
  again.close()
  t.end()
})

void t.test('Two that start at once on a new file both start, a relative path will do, and files and folder are private', async t => {
  const { path, remove } = newPlace()
  const all = await Promise.all([path, relative(process.cwd(), path)].map(async path => openSqliteStores({ path })))
  t.teardown(async () => { await Promise.all(all.map(async stores => stores.close())); remove() })
  const entry = newUser()
  await all[0]?.users.insert(entry)
  t.same(await all[1]?.users.find({ id: entry.user.id }), entry.user)
  t.equal(statSync(dirname(path)).mode & 0o777, 0o700, 'the folder is its owner\'s alone')
  for (const file of [path, `${path}-wal`, `${path}-shm`]) t.equal(statSync(file).mode & 0o777, 0o600, `${file} too`)
})

void t.test('A file that another holds in its old mode is waited for, then given up', t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const other = openConnection(path, { readOnly: false, busyMilliseconds: 0 })
  other.script('BEGIN EXCLUSIVE; CREATE TABLE not_yet (id TEXT)')
  t.throws(() => openConnection(path, { readOnly: false, busyMilliseconds: 0 }), /database is locked/)
  other.script('ROLLBACK')
  other.script('BEGIN IMMEDIATE; CREATE TABLE foreign_work (id TEXT)')
  const from = Date.now()
  t.throws(() => openWriter(path), /database is locked/)
  t.ok(Date.now() - from >= 900)
  other.script('ROLLBACK')
  other.close()
  openWriter(path).close()
  t.end()
})

void t.test('Changing to WAL is tried again while another changes too, and only then', t => {
  const faults = [5, 5, 8].map(errcode => Object.assign(new Error(`code ${String(errcode)}`), { errcode }))
  const db = openConnection(':memory:', { readOnly: false, busyMilliseconds: 0 })
  const changing = { ...db, script: () => { const fault = faults.shift(); if (fault !== undefined) throw fault } }
  t.throws(() => { useWal(changing) }, /code 8/)
  t.same(faults, [])
  useWal(changing)
  db.close()
  t.end()
})

void t.test('A folder that may not be read stops the start', { skip: process.getuid?.() === 0 && 'root may read everything' }, async t => {
  const { path, remove } = newPlace()
  mkdirSync(dirname(path), { mode: 0o500 })
  t.teardown(() => { chmodSync(dirname(path), 0o700); remove() })
  await t.rejects(openSqliteStores({ path }), { message: /cannot be used: EACCES/ })
})
