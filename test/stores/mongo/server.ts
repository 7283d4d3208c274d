// Where the tests find a server that speaks MongoDB's protocol, and stores on a database of their own.
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createMongoClient, openMongoStores } from '../../../src/stores/mongo/index.js'
import type { Stores } from '../../../src/stores/stores.js'
import { patience, patient } from '../../helpers/database.js'
import type { Opened } from '../contract.js'

export const mongoUrl = process.env.MONGODB_TEST_URL

/** Runs what needs a server in a test of its own, which is skipped where none is named. */
export function onServer (name: string, run: (t: Test, mongoUrl: string) => Promise<void>): void {
  void t.test(name, { skip: mongoUrl === undefined && 'MONGODB_TEST_URL is not set' }, async t => run(t, mongoUrl ?? ''))
}

export function freshName (): string {
  return `gatehouse_test_${randomUUID().slice(0, 8)}`
}

/** Stores on an empty database. The clock of the suite is not the time of day, hence no TTL. What is done 50 times at once may take
 * a test server longer than a service waits. */
export async function openOnFreshDatabase (): Promise<Opened> {
  const client = createMongoClient(mongoUrl ?? '', patient)
  const databaseName = freshName()
  const opened: Stores[] = []
  const another = async (): Promise<Stores> => {
    const stores = openMongoStores({ client, databaseName, ttlIndexes: false, verbMs: patience })
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
