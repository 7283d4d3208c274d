// Brings the tables of a database file up to what this version of the code expects.
import type { Connection } from './connection.js'
import { schema1 } from './schema-1.js'
import { schema2 } from './schema-2.js'

/** In order; the number of the last one that ran stands in the file's `user_version`. Only ever add at the end. */
export const migrations: readonly string[] = [schema1, schema2]

/** Runs what is missing, all in one transaction. Of two processes that start at once the second waits and finds all done. Where it
 * throws, the connection is to be closed, which rolls back. */
export function migrate (db: Connection, steps: readonly string[] = migrations): void {
  db.script('BEGIN IMMEDIATE')
  const done = versionOf(db)
  if (done > steps.length) throw new Error(`it was written by a newer version (tables ${String(done)}, this one knows ${String(steps.length)})`)
  for (const step of steps.slice(done)) db.script(step)
  if (done < steps.length) db.script(`PRAGMA user_version = ${String(steps.length)}`)
  db.script('COMMIT')
}

export function versionOf (db: Connection): number {
  return db.count('SELECT user_version AS found FROM pragma_user_version')
}
