// Whether a database is whole: what its engine says of it, and whether what the service relies on is in place. Changes nothing.
import { sqlitePath } from './open.js'
import type { SigningKey } from './stores.js'

/** `skipped`: this engine or this account could not be asked. */
export interface Finding { check: string, result: 'ok' | 'failed' | 'skipped', detail: string }

export interface EngineReport {
  engine: 'sqlite' | 'mongodb'
  findings: Finding[]
  /** Rows by table or collection, as far as they could be counted. */
  counts: Record<string, number>
  signingKeys: SigningKey[]
}

export interface CheckOptions {
  /** Look at every page and index, however long it takes. */
  full: boolean
}

/** Rejects with `store_unavailable` where a server does not answer; a file that cannot be read is a finding. */
export async function checkStore (databaseUrl: string, options: CheckOptions): Promise<EngineReport> {
  const path = sqlitePath(databaseUrl)
  if (path !== null) return (await import('./sqlite/check.js')).checkSqliteFile(path, options)
  return await (await import('./mongo/check.js')).checkMongoDatabase(databaseUrl, options)
}

/** A finding that is well when `faults` is empty, and else tells the first of them. */
export function findingOf (check: string, faults: readonly string[], wellSaid: string): Finding {
  const [first, second, third] = faults
  if (first === undefined) return { check, result: 'ok', detail: wellSaid }
  const more = faults.length > 3 ? ` and ${String(faults.length - 3)} more` : ''
  return { check, result: 'failed', detail: `${[first, second, third].filter((fault) => fault !== undefined).join('; ')}${more}` }
}
