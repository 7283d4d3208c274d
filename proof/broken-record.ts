// A record that no code of the service has written: what it makes of it is an internal fault.
import { DatabaseSync } from '@photostructure/sqlite'
import { MongoClient } from 'mongodb'
import type { Scene } from './scene.js'

/** Gives the person a time that is none. */
export async function breakPerson ({ store, databaseUrl }: Scene, id: string): Promise<void> {
  if (store === 'sqlite') {
    const database = new DatabaseSync(databaseUrl.replace('sqlite:', ''), { timeout: 5000 })
    database.prepare('UPDATE persons SET updated_at = 8640000000000001 WHERE id = ?').run(id)
    database.close()
    return
  }
  const client = new MongoClient(databaseUrl)
  await client.db().collection<{ _id: string }>('persons').updateOne({ _id: id }, { $set: { updatedAt: 'never' } })
  await client.close()
}
