// What is MongoDB's own: indexes made by many at once, documents as they lie, the order of the feed.
import type { Test } from 'tap'
import type { MongoClient } from 'mongodb'
import { later, newUser, samplePerson, sampleSession, start } from '../contract/samples.js'
import { refusalOf } from '../contract/engine.js'
import { createMongoClient, openMongoStores } from '../../../src/stores/mongo/index.js'
import { ensureIndexes, indexRows } from '../../../src/stores/mongo/indexes.js'
import type { Stores } from '../../../src/stores/stores.js'
import { freshName } from './server.js'

async function openOwn (t: Test, mongoUrl: string): Promise<{ client: MongoClient, name: string, stores: Stores }> {
  const client = createMongoClient(mongoUrl)
  const name = freshName()
  const stores = openMongoStores({ client, databaseName: name, ttlIndexes: false })
  t.teardown(async () => {
    await stores.close()
    await client.db(name).dropDatabase()
    await client.close()
  })
  await stores.ping()
  return { client, name, stores }
}

export async function own (t: Test, mongoUrl: string): Promise<void> {
  await t.test('Eight processes that start at once make one set of indexes, and a second start changes nothing', async t => {
    const { client } = await openOwn(t, mongoUrl)
    const db = client.db(freshName())
    t.teardown(() => db.dropDatabase())
    await Promise.all(Array.from({ length: 8 }, () => ensureIndexes(db, true)))
    await ensureIndexes(db, true)
    for (const { on, name, unique, sparse, ttl } of indexRows) {
      const index = (await db.collection(on).indexes()).find(one => one.name === name)
      t.equal(index?.unique ?? false, unique ?? false, `${on}.${name}`)
      t.equal(index?.sparse ?? false, sparse ?? false, `${on}.${name}`)
      t.equal(index?.expireAfterSeconds, ttl, `${on}.${name}`)
    }
  })

  await t.test('An unset member is not in the document, and no plain copy of a secret is anywhere', async t => {
    const { client, name, stores } = await openOwn(t, mongoUrl)
    const bare = newUser({ email: null, username: 'Bare' }, null)
    await stores.users.insert(bare)
    t.same(Object.keys(await client.db(name).collection('users').findOne() ?? {}).sort(),
      ['_id', 'createdAt', 'disabled', 'emailVerified', 'fence', 'passwordVersion', 'role', 'updatedAt', 'username', 'usernameKey'])
    const person = samplePerson({ age: 30, email: 'a@example.org' })
    await stores.persons.insert(person)
    await stores.persons.update(person.id, { age: null, email: null }, later(1))
    t.same(await client.db(name).collection('persons').findOne({}, { projection: { _id: 0, age: 1, email: 1, emailKey: 1, ageUp: 1, ageDown: 1 } }), { ageUp: Infinity, ageDown: -Infinity })
  })

  await t.test('An id that is there already is a fault of the caller', async t => {
    const { stores } = await openOwn(t, mongoUrl)
    const session = sampleSession()
    await stores.sessions.insert(session)
    t.equal(await refusalOf(stores.sessions.insert(session)), 'internal')
  })

  await t.test('A bulk of more than one message keeps the order of its outcomes', async t => {
    const { stores } = await openOwn(t, mongoUrl)
    const rows = Array.from({ length: 502 }, (_, index) => samplePerson({ personId: `p${String(index % 501)}` }))
    const outcomes = await stores.persons.insertMany(rows)
    t.same(outcomes.map((outcome, index) => `${String(index)} ${outcome}`).filter(line => !line.endsWith('inserted')), ['501 person_id_taken'])
  })

  await t.test('A revocation that was stamped earlier but seen later is told', async t => {
    const { client, name, stores } = await openOwn(t, mongoUrl)
    const documents = client.db(name).collection<{ _id: string }>('sessions')
    const [first, late] = [sampleSession(), sampleSession()]
    await stores.sessions.insert(first)
    await stores.sessions.insert(late)
    await stores.sessions.end(first.id, 'logout', later(1))
    const { cursor } = await stores.revocations.page(null, start, 9)
    const stamped = await documents.findOne({ endedAt: later(1) }) as unknown as { endRecordedAt: Date }
    const earlier = new Date(stamped.endRecordedAt.getTime() - 55_000)
    await documents.updateOne({ _id: late.id }, { $set: { endedAt: later(2), endRecordedAt: earlier } })
    const next = await stores.revocations.page(cursor, start, 9)
    t.match(next.revocations, [{ sessionId: late.id, at: later(2) }, { sessionId: first.id }])
    for (const [index, { id }] of [first, late].entries()) await documents.updateOne({ _id: id }, { $set: { endRecordedAt: new Date(Date.now() - (300 - index) * 1000) } })
    const all = await stores.revocations.page(null, start, 9)
    t.match((await stores.revocations.page(all.cursor, start, 9)).revocations, [{ sessionId: late.id }], 'minutes later the newest alone is told again')
  })

  await t.test('After a rush a turn is short, tells what is new, and comes to what is seen late in one of the next turns', async t => {
    const { stores } = await openOwn(t, mongoUrl)
    const now = Date.now()
    const end = async (secondsAgo: number): Promise<string> => {
      const session = sampleSession({ endedAt: new Date(now - secondsAgo * 1000), endReason: 'logout' })
      await stores.sessions.insert(session)
      return session.id
    }
    let cursor: string | null = null
    const turn = async (): Promise<Array<string | null>> => {
      const told: Array<string | null> = []
      for (let more = true; more;) {
        const page = await stores.revocations.page(cursor, start, 5)
        told.push(...page.revocations.map(row => row.kind === 'session' ? row.sessionId : null))
        cursor = page.cursor
        more = page.more
      }
      return told
    }
    const rush: string[] = []
    for (let index = 0; index < 40; index += 1) rush.push(await end(50 - index))
    t.same(await turn(), rush)
    const [late, next] = [await end(55), await end(0)]
    t.same(await turn(), [late, ...rush.slice(0, 4), ...rush.slice(-3), next], 'a page of what was told before, the two seconds before the newest, and what is new')
    const later = await end(54)
    let turns = 1
    while (turns < 50 && !(await turn()).includes(later)) turns += 1
    t.equal(turns, 9, 'when the review that had passed its place is over, and the next one comes to it')
  })

  await t.test('Where our own clock is far ahead, what is recorded is told all the same', async t => {
    const { stores } = await openOwn(t, mongoUrl)
    const [first, next] = [sampleSession(), sampleSession()]
    for (const session of [first, next]) await stores.sessions.insert(session)
    const ahead = new Date(Date.now() + 86_400_000)
    const tell = async (cursor: string | null) => await stores.revocations.page(cursor, ahead, 9)
    const empty = await tell(null)
    await stores.sessions.end(first.id, 'logout', ahead)
    t.match((await tell(empty.cursor)).revocations, [{ sessionId: first.id }])
    const { cursor } = await tell(null)
    await stores.sessions.end(next.id, 'logout', ahead)
    t.ok((await tell(cursor)).revocations.some(row => row.kind === 'session' && row.sessionId === next.id))
  })

  await t.test('Where a primary was far ahead of all, what the next one records is told all the same', async t => {
    const { client, name, stores } = await openOwn(t, mongoUrl)
    const [ahead, next] = [sampleSession(), sampleSession()]
    await stores.sessions.insert(ahead)
    await stores.sessions.insert(next)
    await stores.sessions.end(ahead.id, 'logout', later(1))
    await client.db(name).collection<{ _id: string }>('sessions').updateOne({ _id: ahead.id }, { $set: { endRecordedAt: new Date(Date.now() + 3_600_000) } })
    const { cursor } = await stores.revocations.page(null, start, 9)
    await stores.sessions.end(next.id, 'logout', later(2))
    t.ok((await stores.revocations.page(cursor, start, 9)).revocations.some(row => row.kind === 'session' && row.sessionId === next.id))
  })
}
