// The guard of the last admin when somebody comes between its steps, or a hand was in the database.
import type { Test } from 'tap'
import type { Collection } from 'mongodb'
import { newUser, start } from '../contract/samples.js'
import { present, refusalOf } from '../contract/engine.js'
import { createMongoClient, openMongoStores } from '../../../src/stores/mongo/index.js'
import { createLastAdmin, type GuardDocument } from '../../../src/stores/mongo/last-admin.js'
import type { UserDocument } from '../../../src/stores/mongo/user-documents.js'
import { createCounterStore, type CounterDocument } from '../../../src/stores/mongo/counters.js'
import { insertIfAbsent } from '../../../src/stores/mongo/insert-rows.js'
import { freshName } from './server.js'

/** The collection with some of its methods replaced. */
function having<Row extends object> (collection: Collection<Row>, methods: object): Collection<Row> {
  return new Proxy(collection, { get: (target, name) => Reflect.get(name in methods ? methods : target, name) })
}

export async function guard (t: Test, mongoUrl: string): Promise<void> {
  const client = createMongoClient(mongoUrl)
  const databaseName = freshName()
  const stores = openMongoStores({ client, databaseName, ttlIndexes: false })
  const users = client.db(databaseName).collection<UserDocument>('users')
  const guards = client.db(databaseName).collection<GuardDocument>('guards')
  t.teardown(async () => {
    await stores.close()
    await client.db(databaseName).dropDatabase()
    await client.close()
  })
  const [one, two] = [newUser({ role: 'admin' }), newUser({ role: 'admin' })]
  await stores.users.insertMany([one, two])
  const demote = async (filter: object): Promise<UserDocument | null> => users.findOneAndUpdate(filter, { $set: { role: 'client' } })
  const restore = async (): Promise<void> => { await users.updateMany({}, { $set: { role: 'admin' } }) }

  await t.test('A crash after the guard was written leaves both admins, and the next try of either works', async t => {
    const crash = createLastAdmin(users, guards).change(one.user.id, () => true, async () => { throw new Error('crash') })
    await t.rejects(crash, { message: 'crash' })
    t.equal((await stores.users.update(two.user.id, { role: 'client' }, start))?.role, 'client')
    t.equal(await refusalOf(stores.users.update(one.user.id, { role: 'client' }, start)), 'last_admin')
    await restore()
  })

  await t.test('A keeper who is no admin any more, by a hand in the database, is replaced', async t => {
    await guards.updateOne({ _id: 'admins' }, { $set: { keeper: 'gone' } })
    t.equal(await stores.users.remove(newUser().user.id), false)
    t.equal((await stores.users.update(one.user.id, { disabled: true }, start))?.disabled, true)
    t.equal((await guards.findOne({ _id: 'admins' }))?.keeper, two.user.id)
    t.equal(await refusalOf(stores.users.remove(two.user.id)), 'last_admin')
    await stores.users.update(one.user.id, { disabled: false }, start)
  })

  await t.test('A demotion that began before its admin was made keeper writes nothing', async t => {
    await guards.updateOne({ _id: 'admins' }, { $set: { keeper: two.user.id } })
    let overtaken = false
    const outcome = createLastAdmin(users, guards).change(one.user.id, () => true, async filter => {
      if (!overtaken) {
        overtaken = true
        t.equal((await stores.users.update(two.user.id, { role: 'client' }, start))?.role, 'client')
      }
      return demote(filter)
    })
    t.equal(await refusalOf(outcome), 'last_admin')
    t.equal((await stores.users.find({ id: one.user.id }))?.role, 'admin')
    await restore()
  })

  await t.test('A keeper named by an old version of the guard is not named', async t => {
    await guards.updateOne({ _id: 'admins' }, { $set: { keeper: one.user.id } })
    let looked = 0
    const stale = having(guards, {
      findOne: async (filter: object) => {
        const found = present(await guards.findOne(filter))
        looked += 1
        return looked === 1 ? { ...found, version: found.version - 1 } : found
      }
    })
    t.equal((await createLastAdmin(users, stale).change(one.user.id, () => true, demote))?._id, one.user.id)
    t.equal(looked, 2)
    await restore()
  })

  await t.test('Somebody who ceased to be an admin before the fence is not named', async t => {
    await guards.updateOne({ _id: 'admins' }, { $set: { keeper: one.user.id } })
    let fenced = 0
    const gone = having(users, { updateOne: async (...input: Parameters<typeof users.updateOne>) => (fenced++ === 0 ? { matchedCount: 0 } : users.updateOne(...input)) })
    t.equal((await createLastAdmin(gone, guards).change(one.user.id, () => true, demote))?._id, one.user.id)
    t.equal(fenced, 2)
    await restore()
  })

  await t.test('Who is overtaken every time gives up with store_unavailable', async t => {
    const fast = having(users, { findOneAndUpdate: async () => null })
    t.equal(await refusalOf(createLastAdmin(fast, guards).change(one.user.id, () => false, async filter => fast.findOneAndUpdate(filter, {}))), 'store_unavailable')
    const counters = client.db(databaseName).collection<CounterDocument>('counters')
    await counters.insertOne({ _id: 'busy', value: 1, expiresAt: start })
    const busy = createCounterStore(having(counters, { findOneAndUpdate: async () => null }))
    t.equal(await refusalOf(busy.hit('busy', start, start)), 'store_unavailable')
  })

  await t.test('Only a duplicate means that a row is there already', async t => {
    await t.rejects(insertIfAbsent(having(guards, { insertOne: async () => { throw new Error('no') } }), { _id: 'x', keeper: 'x', version: 1 }), { message: 'no' })
  })
}
