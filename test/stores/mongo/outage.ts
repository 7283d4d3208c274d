// The server away at the start, dying, silent, and coming back: refused fast, well again soon, never without its indexes.
import type { Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { refusalOf } from '../contract/engine.js'
import { newUser } from '../contract/samples.js'
import { createMongoClient, openMongoStores } from '../../../src/stores/mongo/index.js'
import type { Stores } from '../../../src/stores/stores.js'
import { createProxy, type Proxy } from './proxy.js'
import { freshName } from './server.js'

interface Away { stores: Stores, proxy: Proxy, dropDatabase: () => Promise<void>, names: () => Promise<string[]> }

async function openBehindProxy (t: Test, mongoUrl: string): Promise<Away> {
  const proxy = await createProxy(mongoUrl)
  const client = createMongoClient(proxy.url)
  const straight = createMongoClient(mongoUrl)
  const databaseName = freshName()
  const stores = openMongoStores({ client, databaseName, ttlIndexes: false })
  t.teardown(async () => {
    await stores.close()
    await client.close()
    await proxy.cut()
    await straight.db(databaseName).dropDatabase()
    await straight.close()
  })
  return {
    stores,
    proxy,
    async dropDatabase () { await straight.db(databaseName).dropDatabase() },
    async names () { return (await straight.db(databaseName).collection('users').indexes()).map(index => String(index.name)) }
  }
}

async function timed<T> (work: () => Promise<T>): Promise<[answer: T, milliseconds: number]> {
  const begun = performance.now()
  const answer = await work()
  return [answer, performance.now() - begun]
}

async function millisecondsUntilWell ({ ping }: Stores): Promise<number> {
  const [, milliseconds] = await timed(async () => {
    while (await refusalOf(ping()) !== null) await sleep(50)
  })
  return milliseconds
}

async function refusedWithin (t: Test, { users, sessions, persons, counters, revocations, ping }: Stores, most: number, when: string): Promise<void> {
  const verbs = {
    ping,
    'users.find': () => users.find({ id: 'x' }),
    'users.insert': () => users.insert(newUser()),
    'sessions.endAll': () => sessions.endAll('x', 'logout', new Date()),
    'persons.page': () => persons.page({ sort: 'name', after: null, limit: 5 }),
    'counters.hit': () => counters.hit('x', new Date(), new Date()),
    'revocations.page': () => revocations.page(null, new Date(), 5)
  }
  for (const [name, verb] of Object.entries(verbs)) {
    const [kind, milliseconds] = await timed(() => refusalOf(verb()))
    t.equal(kind, 'store_unavailable', `${name} ${when}`)
    t.ok(milliseconds < most, `${name} ${when}: ${milliseconds.toFixed(0)} ms`)
  }
}

export async function outage (t: Test, mongoUrl: string): Promise<void> {
  await t.test('Opened while the server is away, every verb is refused fast; once it is there, all is well within 5 s', async t => {
    const { stores, proxy } = await openBehindProxy(t, mongoUrl)
    await refusedWithin(t, stores, 1900, 'at the start')
    await refusedWithin(t, stores, 500, 'after a failed try')
    await proxy.restore()
    t.ok(await millisecondsUntilWell(stores) < 5000)
    await stores.users.insert(newUser())
  })

  await t.test('A server that dies and comes back is refused fast meanwhile and well again within 5 s, 3 times', async t => {
    const { stores, proxy } = await openBehindProxy(t, mongoUrl)
    await proxy.restore()
    t.ok(await millisecondsUntilWell(stores) < 5000)
    for (let round = 0; round < 3; round += 1) {
      const under = Promise.all(Array.from({ length: 20 }, async () => refusalOf(stores.users.insert(newUser()))))
      await proxy.cut()
      const [outcomes, milliseconds] = await timed(() => under)
      t.ok(outcomes.every(kind => kind === null || kind === 'store_unavailable'))
      t.ok(milliseconds < 2000)
      await refusedWithin(t, stores, 2000, `in outage ${String(round)}`)
      await proxy.restore()
      t.ok(await millisecondsUntilWell(stores) < 5000)
      t.equal(await refusalOf(stores.users.insert(newUser())), null)
    }
  })

  await t.test('A server that comes back empty gets its indexes before anything is written', async t => {
    const { stores, proxy, dropDatabase, names } = await openBehindProxy(t, mongoUrl)
    await proxy.restore()
    await millisecondsUntilWell(stores)
    await proxy.cut()
    t.equal(await refusalOf(stores.ping()), 'store_unavailable')
    await dropDatabase()
    await proxy.restore()
    await millisecondsUntilWell(stores)
    t.ok((await names()).includes('email_unique'))
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => refusalOf(stores.users.insert(newUser({ email: 'once@example.org' })))))
    t.equal(outcomes.filter(kind => kind === null).length, 1)
  })

  await t.test('A server that falls silent is refused within 2 s, and well again within 5 s', async t => {
    const { stores, proxy } = await openBehindProxy(t, mongoUrl)
    await proxy.restore()
    await millisecondsUntilWell(stores)
    proxy.silence()
    const answers = await Promise.all(Array.from({ length: 60 }, async () => timed(() => refusalOf(stores.users.find({ id: 'x' })))))
    t.ok(answers.every(([kind, milliseconds]) => kind === 'store_unavailable' && milliseconds < 2100))
    await proxy.cut()
    await proxy.restore()
    t.ok(await millisecondsUntilWell(stores) < 5000)
  })
}
