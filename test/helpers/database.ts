// Which store the API tests run on: SQLite, or the server at MONGODB_TEST_URL when TEST_STORE=mongodb.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'

const { TEST_STORE, MONGODB_TEST_URL } = process.env

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
