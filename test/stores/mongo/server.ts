// Where the tests find a server that speaks MongoDB's protocol, and stores on a database of their own.
import { randomUUID } from 'node:crypto'
import { createMongoClient, openMongoStores } from '../../../src/stores/mongo/index.js'
import { type Stores } from '../../../src/stores/stores.js'
import { type Opened } from '../contract.js'

export const mongoUrl = process.env.MONGODB_TEST_URL

export function freshName (): string {
  return `gatehouse_test_${randomUUID().slice(0, 8)}`
}

/** Stores on an empty database. The clock of the suite is not the time of day, hence no TTL. */
export async function openOnFreshDatabase (): Promise<Opened> {
  const client = createMongoClient(mongoUrl ?? '')
  const databaseName = freshName()
  const opened: Stores[] = []
  const another = async (): Promise<Stores> => {
    const stores = openMongoStores({ client, databaseName, ttlIndexes: false })
    opened.push(stores)
    return stores
  }
  return {
    stores: await another(),
    another,
    async cleanup () {
      for (const stores of opened) await stores.close()
      await client.db(databaseName).dropDatabase()
      await client.close()
    }
  }
}
