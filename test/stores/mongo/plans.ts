// Every read has an index that bounds or orders it: held against the table of indexes, and against the server's plans where it makes some.
import type { Test } from 'tap'
import type { Db } from 'mongodb'
import { start } from '../contract/samples.js'
import { createMongoClient, openMongoStores } from '../../../src/stores/mongo/index.js'
import { indexRows } from '../../../src/stores/mongo/indexes.js'
import { personSorts, type Stores } from '../../../src/stores/stores.js'
import { freshName } from './server.js'

interface Find { find: string, filter: Record<string, unknown>, sort?: Map<string, unknown>, limit?: number }

async function readEverything ({ users, sessions, persons, revocations, oneTimeTokens, mails, audit, counters, sweep }: Stores): Promise<void> {
  for (const name of [{ id: 'a' }, { email: 'a' }, { username: 'a' }]) await users.find(name)
  for (const filter of [{}, { q: 'a' }, { role: 'admin' } as const, { disabled: true }]) await users.page({ ...filter, after: 'a', limit: 2 })
  await users.highestHashCosts()
  await sessions.find('a')
  await sessions.listLive('a', start)
  await sessions.endAll('a', 'logout', start)
  for (const cursor of [null, '0 0  0', '0 0  0 ']) await revocations.page(cursor, start, 5)
  await oneTimeTokens.find('a', 'password_reset', start)
  await mails.lease(start, start)
  await counters.read('a', start)
  for (const filter of [{}, { userId: 'a' }, { event: 'a' }, { since: start }]) await audit.page({ ...filter, after: null, limit: 2 })
  for (const sort of personSorts) {
    const position = { key: sort.endsWith('age') ? null : sort.endsWith('createdAt') ? 5 : 'a', id: 'a' }
    for (const after of [null, position]) await persons.page({ sort, after, limit: 5 })
    await persons.page({ q: 'a', minAge: 3, sort, after: position, limit: 5 })
  }
  await sweep(start, start, 5)
}

/** The members that a filter bounds; `null` says nothing of a member that is left out. */
function bounds (filter: Record<string, unknown>): string[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (name === '$and') return (value as Array<Record<string, unknown>>).flatMap(bounds)
    return name.startsWith('$') || value === null ? [] : [name]
  })
}

function goesByAnIndex ({ find, filter, sort }: Find): boolean {
  const first = new Set(['_id', ...indexRows.filter(row => row.on === find).map(row => Object.keys(row.keys)[0])])
  const clauses = [filter, ...(filter.$and as Array<Record<string, unknown>> | undefined ?? [])]
  const anyOf = clauses.flatMap(clause => clause.$or === undefined ? [] : [clause.$or as Array<Record<string, unknown>>])
  const orders = [...sort?.keys() ?? []].slice(0, 1)
  return [...bounds(filter), ...orders].some(name => first.has(name)) || anyOf.some(branches => branches.every(branch => bounds(branch).some(name => first.has(name))))
}

/** What the server says of the query; null where it makes no plans as mongod does. */
async function planOf (db: Db, query: Find): Promise<string | null> {
  const explain = async (find: Find): Promise<string> => JSON.stringify((await db.command({ explain: find, verbosity: 'queryPlanner' })).queryPlanner.winningPlan)
  try {
    const plain = await explain({ find: 'users', filter: { _id: { $gt: 'a' } }, sort: new Map([['_id', 1]]) })
    return plain.includes('COLLSCAN') ? null : await explain(query)
  } catch {
    return null
  }
}

export async function plans (t: Test, mongoUrl: string): Promise<void> {
  const client = createMongoClient(mongoUrl, { monitorCommands: true })
  const databaseName = freshName()
  const stores = openMongoStores({ client, databaseName, ttlIndexes: false })
  t.teardown(async () => {
    await stores.close()
    await client.db(databaseName).dropDatabase()
    await client.close()
  })
  await stores.ping()
  const asked: Find[] = []
  client.on('commandStarted', ({ command }) => { if ('find' in command) asked.push(command as Find) })
  await readEverything(stores)
  t.ok(asked.length > 40)
  for (const query of asked) t.ok(goesByAnIndex(query), `${query.find} ${JSON.stringify(query.filter)} ${[...query.sort ?? []].join()}`)
  t.notOk(goesByAnIndex({ find: 'users', filter: { phone: '1' } }), 'the check can fail')

  let unplanned = 0
  for (const { find, filter, sort, limit } of [...asked]) {
    const plan = await planOf(client.db(databaseName), { find, filter, ...(sort && { sort }), ...(limit !== undefined && { limit }) })
    if (plan === null) unplanned += 1
    else t.notMatch(plan, /COLLSCAN/, `${find} ${JSON.stringify(filter)}`)
  }
  if (unplanned > 0) t.comment(`SKIPPED: the plans of ${String(unplanned)} queries; this server has no explain, or makes no plans as mongod does`)
}
