// One connection to the database file: statements prepared once, values checked on their way in.
import { ServiceError } from '../../errors.js'
import { Database } from './engine.js'

export type Value = string | number | null | Uint8Array
export type Parameters = readonly Value[] | Readonly<Record<string, Value>>

/** Queries name the shape of their rows; the columns are in the text of the query beside it. */
export interface Connection {
  one <Row> (sql: string, parameters?: Parameters): Row | undefined
  all <Row> (sql: string, parameters?: Parameters): Row[]
  /** The number that the query names `found`. */
  count (sql: string, parameters?: Parameters): number
  /** Runs one statement and answers how many rows it changed. */
  run (sql: string, parameters?: Parameters): number
  /** Runs several statements, none of which has parameters. */
  script (sql: string): void
  close (): void
}

export interface ConnectionOptions {
  readOnly: boolean
  /** How long a lock of another process is waited for. */
  busyMilliseconds: number
}

export function openConnection (path: string, { readOnly, busyMilliseconds }: ConnectionOptions): Connection {
  const database = new Database(path, { readOnly })
  const statements = new Map<string, ReturnType<typeof database.prepare>>()

  function prepared (sql: string): ReturnType<typeof database.prepare> {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = database.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }

  try {
    database.exec(`PRAGMA busy_timeout = ${String(busyMilliseconds)}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16000`)
  } catch (error) {
    database.close()
    throw error
  }
  return {
    one: <Row>(sql: string, parameters: Parameters = []) => prepared(sql).get(...bound(parameters)) as Row | undefined,
    all: <Row>(sql: string, parameters: Parameters = []) => prepared(sql).all(...bound(parameters)) as Row[],
    count: (sql, parameters = []) => (prepared(sql).get(...bound(parameters)) as { found: number }).found,
    run: (sql, parameters = []) => Number(prepared(sql).run(...bound(parameters)).changes),
    script: sql => { database.exec(sql) },
    close: () => { database.close() }
  }
}

function bound (parameters: Parameters): unknown[] {
  const values: readonly Value[] = isList(parameters) ? parameters : Object.values(parameters)
  // The engine cuts a text at its first NUL, when it is bound as when it is read: two different names would be one.
  if (values.some(value => typeof value === 'string' && value.includes('\0'))) {
    throw new ServiceError('validation_failed', { detail: 'A text holds the character NUL.' })
  }
  return isList(parameters) ? [...parameters] : [parameters]
}

function isList (parameters: Parameters): parameters is readonly Value[] {
  return Array.isArray(parameters)
}
