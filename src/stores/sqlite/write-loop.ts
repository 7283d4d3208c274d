// The thread that writes: gathers what arrives, commits it together, answers when it is on disk.
import { type MessagePort } from 'node:worker_threads'
import { commitTogether, faultOf, type Operation, type Reply } from './commit.js'
import { openConnection, type Connection } from './connection.js'
import { isBusy } from './faults.js'
import { migrate } from './migrations.js'

/** So many writes in one commit at most, so that the first of them does not wait for thousands. */
const together = 512
/** The longest that another process may hold the file. A write may wait for the commit before it and for its own: both
 * together are less than two seconds. */
const busyMilliseconds = 900

export function openWriter (path: string): Connection {
  const db = openConnection(path, { readOnly: false, busyMilliseconds })
  try {
    useWal(db)
    db.script('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864')
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Changing to WAL does not wait for locks as other statements do (https://sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode). */
export function useWal (db: Connection): void {
  const until = Date.now() + busyMilliseconds
  while (!triedWal(db, until)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
}

/** False where another process is in the way and there is time to try again. */
function triedWal (db: Connection, until: number): boolean {
  try {
    db.script('PRAGMA journal_mode = WAL')
    return true
  } catch (error) {
    if (isBusy(error) && Date.now() < until) return false
    throw error
  }
}

/** Answers the operations that come through `port` with arrays of replies. The message `null` closes. */
export function serveWrites (port: MessagePort, path: string, open = openWriter): void {
  let db: Connection | undefined
  const queue: Operation[] = []
  let closing = false

  function commit (operations: readonly Operation[]): Reply[] {
    try {
      db ??= open(path)
      return commitTogether(db, operations)
    } catch (error) {
      // A new connection sees a file that has become writable, or was put back; an old one may not.
      db?.close()
      db = undefined
      return operations.map(({ number }) => ({ number, outcome: 'failed', fault: faultOf(error) }))
    }
  }

  function work (): void {
    if (queue.length > 0) port.postMessage(commit(queue.splice(0, together)))
    if (queue.length > 0) return void setImmediate(work)
    if (!closing) return
    try {
      // What a reader of this process still holds keeps SQLite from merging the log at the close: a copy of the file alone must be whole.
      db?.script('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      db?.close()
      port.close()
    }
  }

  port.on('message', (operation: Operation | null) => {
    const idle = queue.length === 0
    if (operation === null) closing = true
    else queue.push(operation)
    // Not at once: what is in the port already joins this commit.
    if (idle) setImmediate(work)
  })
}
