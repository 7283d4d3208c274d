// What was read lately, handed out again for as long as it is what the file says. PRAGMA data_version is asked at each use, and differs
// as soon as another connection has committed, in this process or in any. (It does not tell of a connection's own commits: the reader's
// is opened read-only.) A commit between the question and the query leaves newer rows under the old version, which the next use clears.
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
