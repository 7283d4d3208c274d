// Reads, at once and on this thread: a row by its key costs less than a message to another thread would.
import { ServiceError } from '../../errors.js'
import { openConnection, type Connection } from './connection.js'
import { asServiceError, isEngineFailure } from './faults.js'
import { createKept } from './kept.js'
import type { MarkedTable } from './schema-2.js'

/** A reader waits for nobody in WAL mode but while a file is being recovered: short, since everybody here waits with it. */
const busyMilliseconds = 100

export interface Reader {
  /** What `query` answers; rejects with `store_unavailable` where the engine fails. */
  read <T> (query: (db: Connection) => T): Promise<T>
  /** The same of one table, frozen, and the very same object for the same key until somebody writes to that table. */
  readKept <T extends object | null> (table: MarkedTable, key: string, query: (db: Connection) => T): Promise<T>
  close (): void
}

export function createReader (path: string): Reader {
  const kept = createKept()
  let db: Connection | undefined
  let closed = false

  function drop (): void {
    db?.close()
    db = undefined
    kept.clear()
  }

  async function read <T>(query: (db: Connection) => T): Promise<T> {
    if (closed) throw new ServiceError('store_unavailable', { cause: new Error('The store is closed.') })
    try {
      db ??= openConnection(path, { readOnly: true, busyMilliseconds })
      return query(db)
    } catch (error) {
      if (isEngineFailure(error)) drop()
      throw asServiceError(error)
    }
  }

  return {
    read,
    readKept: async (table, key, query) => read(db => kept.read(db, table, key, query)),
    close () {
      closed = true
      drop()
    }
  }
}
