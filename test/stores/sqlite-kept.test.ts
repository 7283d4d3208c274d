// What was read is handed out again only while it is what the file says.
import t from 'tap'
import { openWriter } from '../../src/stores/sqlite/write-loop.js'
import { later, newUser, samplePerson, sampleSession } from './contract/samples.js'
import { open } from './sqlite-helpers/open.js'

const query = { sort: 'createdAt', after: null, limit: 10 } as const

t.test('nobody has written: the same rows are the same object, which nobody can change', async (t) => {
  const { stores, cleanup } = await open()
  t.teardown(cleanup)
  const entry = newUser()
  const person = samplePerson()
  await stores.users.insert(entry)
  await stores.persons.insert(person)
  const reads = { user: () => stores.users.find({ id: entry.user.id }), person: () => stores.persons.find(person.id), page: () => stores.persons.page(query) }
  for (const [name, read] of Object.entries(reads)) {
    const first = await read()
    t.ok(first !== null && first === await read(), name)
    t.ok(Object.isFrozen(first), `${name} is frozen`)
  }
  t.not(await stores.persons.page({ ...query, limit: 11 }), await stores.persons.page(query), 'another page is another one')
})

t.test('a write of this store or of another one on the file is seen by the very next read', async (t) => {
  const { stores, another, cleanup } = await open()
  t.teardown(cleanup)
  const other = await another()
  const entry = newUser()
  await stores.users.insert(entry)
  for (let version = 1; version <= 50; version += 1) {
    const writing = version % 2 === 0 ? stores : other
    await writing.users.update(entry.user.id, { firstName: `Ada ${version}` }, later(version))
    for (const reading of [stores, other]) t.equal((await reading.users.find({ id: entry.user.id }))?.firstName, `Ada ${version}`)
  }
  await other.users.remove(entry.user.id)
  t.equal(await stores.users.find({ id: entry.user.id }), null)
  await other.users.insert(entry)
  t.match(await stores.users.find({ id: entry.user.id }), entry.user, 'that there was nothing is not kept either')
})

t.test('what is written elsewhere leaves it kept: a log-in those of persons, a refresh all', async (t) => {
  const { stores, another, cleanup } = await open()
  t.teardown(cleanup)
  const other = await another()
  const entry = newUser()
  const [person, session] = [samplePerson(), sampleSession({ userId: entry.user.id })]
  await stores.users.insert(entry)
  await stores.persons.insert(person)
  await stores.sessions.insert(session)
  const user = await stores.users.find({ id: entry.user.id })
  const page = await stores.persons.page(query)
  t.match(await other.sessions.advance(session.id, session.counter, session.createdAt, session.expiresAt), { outcome: 'advanced' })
  t.equal(await stores.users.find({ id: entry.user.id }), user)
  t.equal(await stores.persons.page(query), page)
  await other.users.noteLogin(entry.user.id, later(1))
  t.match(await stores.users.find({ id: entry.user.id }), { lastLoginAt: later(1) })
  t.equal(await stores.persons.page(query), page)
  await other.persons.update(person.id, { name: 'Renamed' }, later(2))
  t.match(await stores.persons.page(query), [{ name: 'Renamed' }])
})

t.test('rows that come from a copy or an import are seen, and so is that they are gone', async (t) => {
  const { stores, another, cleanup } = await open()
  t.teardown(cleanup)
  const other = await another()
  const [one, two] = [samplePerson(), samplePerson()]
  await other.persons.insertMany([one])
  t.match(await stores.persons.find(one.id), { id: one.id })
  await other.transfer.write('persons', [two], null, null)
  t.equal(await stores.persons.find(one.id), null)
  t.match(await stores.persons.find(two.id), { id: two.id })
})

t.test('where the mark of writes is lost, nothing outlives a commit', async (t) => {
  const { stores, another, path, cleanup } = await open()
  t.teardown(cleanup)
  const other = await another()
  const person = samplePerson()
  await stores.persons.insert(person)
  const db = openWriter(path)
  db.run('DELETE FROM writes')
  db.close()
  for (const name of ['Renamed', 'And again']) {
    t.ok(await stores.persons.find(person.id))
    await other.persons.update(person.id, { name }, later(1))
    t.match(await stores.persons.find(person.id), { name })
  }
})

t.test('a file that was put back is seen, also after as many writes as it had lost', async (t) => {
  const { stores, path, cleanup } = await open()
  t.teardown(cleanup)
  const person = samplePerson()
  await stores.persons.insert(person)
  const db = openWriter(path)
  const [before] = db.all<{ mark: number }>("SELECT mark FROM writes WHERE of_table = 'persons'") as [{ mark: number }]
  const rename = (name: string): void => { db.run('UPDATE persons SET name = ? WHERE id = ?', [name, person.id]) }
  rename('Lost')
  t.match(await stores.persons.find(person.id), { name: 'Lost' })
  db.run('BEGIN IMMEDIATE')
  rename(person.name)
  db.run("UPDATE writes SET mark = ? WHERE of_table = 'persons'", [before.mark])
  db.run('COMMIT')
  rename('After it')
  db.close()
  t.match(await stores.persons.find(person.id), { name: 'After it' })
})

t.test('pages follow what is added, changed and removed', async (t) => {
  const { stores, another, cleanup } = await open()
  t.teardown(cleanup)
  const other = await another()
  const [one, two] = [samplePerson(), samplePerson({ createdAt: later(1) })]
  const ids = async () => (await stores.persons.page(query)).map(({ id, name }) => [id, name])
  t.same(await ids(), [])
  await other.persons.insert(one)
  t.same(await ids(), [[one.id, one.name]])
  await other.persons.insert(two)
  t.same(await ids(), [[one.id, one.name], [two.id, two.name]])
  await other.persons.update(one.id, { name: 'Renamed' }, later(2))
  t.same(await ids(), [[one.id, 'Renamed'], [two.id, two.name]])
  await other.persons.remove(two.id)
  t.same(await ids(), [[one.id, 'Renamed']])
})
