// Which store the API tests run on: SQLite, or the server at MONGODB_TEST_URL when TEST_STORE=mongodb.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import type { Test } from 'tap'
import type { Stores } from '../../src/stores/stores.js'

const { TEST_STORE, MONGODB_TEST_URL, MONGODB_TEST_SERVER } = process.env

export const onMongo = TEST_STORE === 'mongodb' && MONGODB_TEST_URL !== undefined

// Both speak of the test server alone: what the engine's own limits do is held by test/stores/mongo/outage.ts.
/** How long a verb may take on a test server, which may be slow and have a busy machine. */
export const patience = 30_000

/** The same for the client. Its look-outs after the server count too: one that is late would end what is under way. */
export const patient = { waitQueueTimeoutMS: patience, socketTimeoutMS: patience, connectTimeoutMS: patience, serverSelectionTimeoutMS: patience } as const

/** A store on a MongoDB-speaking server that waits for it longer than a service may. */
export async function openPatiently (databaseUrl: string): Promise<{ stores: Stores, close (): Promise<void> }> {
  const { createMongoClient, openMongoStores } = await import('../../src/stores/mongo/index.js')
  const client = createMongoClient(databaseUrl, patient)
  const stores = openMongoStores({ client, databaseName: client.db().databaseName, verbMs: patience })
  return {
    stores,
    async close () {
      await stores.close()
      await client.close()
    }
  }
}

/** The servers of the suite are slow ones, so an app under test waits for them. Undefined elsewhere, where the app opens its store itself,
 * with the limits that it has in production. */
export async function patientStores (t: Test, databaseUrl: string): Promise<Stores | undefined> {
  if (MONGODB_TEST_SERVER === undefined || databaseUrl.startsWith('sqlite:')) return undefined
  const { stores, close } = await openPatiently(databaseUrl)
  t.teardown(close)
  return stores
}

/** The URL of a database that nobody else has. */
export function testDatabaseUrl (folder: string): string {
  if (!onMongo) return `sqlite:${join(folder, 'gatehouse.db')}`
  const url = new URL(MONGODB_TEST_URL ?? '')
  url.pathname = `/gatehouse_test_${randomUUID().slice(0, 8)}`
  return url.toString()
}

export async function dropDatabase (url: string): Promise<void> {
  if (url.startsWith('sqlite:')) return
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 })
  await client.db().dropDatabase()
  await client.close()
}

/** Takes away what the tests before have left, where that is quicker than opening another database. */
export async function emptyDatabase (url: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const { Database } = await import('../../src/stores/sqlite/engine.js')
    const database = new Database(url.slice('sqlite:'.length))
    for (const table of ['users', 'sessions', 'revocations', 'one_time_tokens', 'persons', 'signing_keys', 'audit', 'mails']) database.exec(`DELETE FROM ${table}`)
    database.close()
    return
  }
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 })
  for (const collection of await client.db().collections()) await collection.deleteMany({})
  await client.close()
}
