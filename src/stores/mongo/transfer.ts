// Moving to another store and back: whole ranges of documents, read and replaced. The guard of the last admin stays: it looks at
// its keeper anew whenever it is asked (last-admin.ts).
import type { Db } from 'mongodb'
import type { TransferStore } from '../stores.js'
import type { Gate } from './gate.js'
import { timing } from './timing.js'
import { carriersOf } from './transfer-collections.js'

export function createTransferStore (db: Db, gate: Gate): TransferStore {
  const carriers = carriersOf(db)
  return {
    read: async (kind, after, limit) => gate.run(() => carriers[kind].read(after ?? '', limit), timing.bulkMs),
    write: async (kind, rows, after, upTo) => gate.run(() => carriers[kind].write(rows, { after: after ?? '', upTo }), timing.bulkMs)
  }
}
