// The names that a file has had so far and the line of each: exact, and in bounded memory, however long the file is.
import type { Name } from './target.js'

export interface SeenNames {
  /** Notes the names of the row in `line`. If one of them was seen before, nothing is noted and that one is answered. */
  note (names: readonly Name[], line: number): { name: Name, line: number } | null
  has (name: Name): boolean
  close (): void
}

/** An SQLite database without a name: it lives in its page cache and, beyond that, in a temporary file that nobody else sees
 * and that is gone when it is closed. Used with either engine. */
export async function createSeenNames (): Promise<SeenNames> {
  const { Database } = await import('../../stores/sqlite/engine.js')
  const database = new Database('')
  database.exec('PRAGMA cache_size = -16000; PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF')
  database.exec('CREATE TABLE seen (name TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID; BEGIN')
  const select = database.prepare('SELECT line FROM seen WHERE name = ?')
  const insert = database.prepare('INSERT OR IGNORE INTO seen VALUES (?, ?)')

  function lineOf ({ kind, value }: Name): number | undefined {
    return (select.get(`${kind} ${value}`) as { line: number } | undefined)?.line
  }

  return {
    note (names, line) {
      for (const name of names) {
        const before = lineOf(name)
        if (before !== undefined) return { name, line: before }
      }
      for (const { kind, value } of names) insert.run(`${kind} ${value}`, line)
      return null
    },
    has: (name) => lineOf(name) !== undefined,
    close: () => { database.close() }
  }
}
