// The thread that writes: gathers what arrives, commits it together, answers when it is on disk.
import type { MessagePort } from 'node:worker_threads'
import { busyMilliseconds, untilFree } from './busy.js'
import { commitTogether, faultOf, type Operation, type Reply } from './commit.js'
import { openConnection, type Connection } from './connection.js'
import { watchFile } from './file.js'
import { migrate } from './migrations.js'

/** So many writes in one commit at most, so that the first of them does not wait for thousands. */
const together = 512
export function openWriter (path: string): Connection {
  const db = openConnection(path, { readOnly: false, busyMilliseconds })
  try {
    useWal(db)
    db.script('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864')
    migrate(db)
    // From here on commits do the waiting themselves.
    db.script('PRAGMA busy_timeout = 0')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Changing to WAL does not wait for locks as other statements do (https://sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode). */
export function useWal (db: Connection): void {
  untilFree(() => { db.script('PRAGMA journal_mode = WAL') })
}

/** Answers the operations that come through `port` with arrays of replies. The message `null` closes. */
export function serveWrites (port: MessagePort, path: string, open = openWriter): void {
  let db: Connection | undefined
  let mindFile: (() => void) | undefined
  const queue: Operation[] = []
  let closing = false

  function commit (operations: readonly Operation[]): Reply[] {
    const failed = (error: unknown): Reply[] => operations.map(({ number }) => ({ number, outcome: 'failed', fault: faultOf(error) }))
    try {
      mindFile?.()
    } catch (error) {
      // Left open: the file may be put back, and to open what is there now would make an empty one where there is none.
      return failed(error)
    }
    try {
      db ??= open(path)
      mindFile ??= watchFile(path)
      return commitTogether(db, operations)
    } catch (error) {
      // A new connection sees a file that has become writable; an old one may not.
      db?.close()
      db = undefined
      return failed(error)
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
