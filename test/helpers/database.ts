// Which store the API tests run on: SQLite, or the server at MONGODB_TEST_URL when TEST_STORE=mongodb.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'

const { TEST_STORE, MONGODB_TEST_URL } = process.env

/** For a server that is slow: how long a verb may take, and the same for the client. */
export const patience = 30_000
export const patient = { waitQueueTimeoutMS: patience, socketTimeoutMS: patience } as const

export const onMongo = TEST_STORE === 'mongodb' && MONGODB_TEST_URL !== undefined

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
    for (const table of ['users', 'persons', 'signing_keys', 'audit', 'mails']) database.exec(`DELETE FROM ${table}`)
    database.close()
    return
  }
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 })
  for (const collection of await client.db().collections()) await collection.deleteMany({})
  await client.close()
}
