// What was read lately, handed out again for as long as it is what the file says. PRAGMA data_version is asked at each use, and differs
// as soon as another connection has committed, in this process or in any. (It does not tell of a connection's own commits: the reader's
// is opened read-only.) Only then is it looked which tables were written: most commits are of sessions alone. A commit between the question
// and the query leaves newer rows under the older number, which the next use clears.
import { createRecentKeys, type RecentKeys } from '../../recent-keys.js'
import type { Connection } from './connection.js'
import type { MarkedTable } from './schema-2.js'

/** Rows of each table, each about a kilobyte with the text that is made of it. */
const room = 15_000

export interface Kept {
  /** What `query` answers of one table, frozen; the very same object for the same key until somebody writes to that table. Null is not
   * kept. */
  read <T extends object | null> (db: Connection, table: MarkedTable, key: string, query: (db: Connection) => T): T
  /** To be called when the connection is another one: their versions do not compare. */
  clear (): void
}

interface Shelf { answers: RecentKeys<object>, mark: number }

const newShelf = (): Shelf => ({ answers: createRecentKeys(room, answer => Array.isArray(answer) ? answer.length + 1 : 1), mark: 0 })

export function createKept (): Kept {
  const shelves: Record<MarkedTable, Shelf> = { users: newShelf(), persons: newShelf() }
  let version: number | undefined

  function clearWhatWasWritten (db: Connection): void {
    const marks = new Map(db.all<{ of_table: string, mark: number }>('SELECT of_table, mark FROM writes').map(row => [row.of_table, row.mark]))
    for (const [table, shelf] of Object.entries(shelves)) {
      // Without its mark a table may have been written at any time: NaN differs from every number, itself too.
      const mark = marks.get(table) ?? Number.NaN
      if (mark !== shelf.mark) shelf.answers.clear()
      shelf.mark = mark
    }
  }

  return {
    read: <T extends object | null>(db: Connection, table: MarkedTable, key: string, query: (db: Connection) => T) => {
      const { data_version: now } = db.one<{ data_version: number }>('PRAGMA data_version') as { data_version: number }
      if (now !== version) {
        clearWhatWasWritten(db)
        version = now
      }
      const { answers } = shelves[table]
      const known = answers.get(key)
      if (known !== undefined) return known as T
      const answer = query(db)
      if (answer !== null) answers.set(key, Object.freeze(answer))
      return answer
    },
    clear () {
      for (const { answers } of Object.values(shelves)) answers.clear()
      version = undefined
    }
  }
}
