// What was read lately, handed out again for as long as it is what the file says. It is never stale: PRAGMA data_version, asked at each
// use (3 µs), differs as soon as any other connection has committed, of this process or another; and the one that reads never writes.
import { createRecentKeys } from '../../recent-keys.js'
import type { Connection } from './connection.js'

/** Rows, each about a kilobyte with the text that is made of it. */
const room = 30_000

export interface Kept {
  /** What `query` answers, frozen; the very same object for the same key until somebody writes. Null is not kept. */
  read <T extends object | null> (db: Connection, key: string, query: (db: Connection) => T): T
  /** To be called when the connection is another one: their versions do not compare. */
  clear (): void
}

export function createKept (): Kept {
  const answers = createRecentKeys<object>(room, answer => Array.isArray(answer) ? answer.length + 1 : 1)
  let version: number | undefined
  let empty = true

  function clear (): void {
    if (!empty) answers.clear()
    empty = true
    version = undefined
  }

  return {
    read: <T extends object | null>(db: Connection, key: string, query: (db: Connection) => T) => {
      const { data_version: now } = db.one<{ data_version: number }>('PRAGMA data_version') as { data_version: number }
      if (now !== version) {
        clear()
        version = now
      }
      const known = answers.get(key)
      if (known !== undefined) return known as T
      const answer = query(db)
      if (answer !== null) {
        answers.set(key, Object.freeze(answer))
        empty = false
      }
      return answer
    },
    clear
  }
}
