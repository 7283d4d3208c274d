// Moving to another store and back: whole ranges of rows, read and replaced.
import type { TransferKind, TransferRows, TransferStore } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { tables } from './transfer-tables.js'
import type { Writer } from './writer.js'

export function writeTransfer <K extends TransferKind> (db: Connection, kind: K, rows: ReadonlyArray<TransferRows[K]>, after: string | null, upTo: string | null): void {
  const { name, key, insert } = tables[kind]
  // The whole range goes first, so that a name that has moved from one row to another does not collide with itself.
  db.run(`DELETE FROM ${name} WHERE ${key} > :after AND (:upTo IS NULL OR ${key} <= :upTo)`, { after: after ?? '', upTo })
  for (const row of rows) insert(db, row)
}

export function createTransferStore (reader: Reader, writer: Writer): TransferStore {
  return {
    read: async (kind, after, limit) => reader.read(db => tables[kind].read(db, after ?? '', limit)),
    write: async (kind, rows, after, upTo) => writer.run('writeTransfer', kind, rows, after, upTo)
  }
}
