// Group commit: the writes that have arrived together go to disk in one transaction, each refused or done on its own.
import { ServiceError, type ErrorName } from '../../errors.js'
import { untilFree } from './busy.js'
import type { Connection } from './connection.js'
import { isEngineFailure } from './faults.js'
import { verbs, type Verb } from './verbs.js'

/** A write on its way to the thread that does it. */
export interface Operation { number: number, verb: Verb, args: readonly unknown[] }

/** What an error can be taken apart into to cross to another thread. */
export interface Fault { message: string, code?: unknown, errcode?: unknown }

export type Reply =
  | { number: number, outcome: 'done', value: unknown }
  /** This write was refused, for a reason of the catalogue. */
  | { number: number, outcome: 'refused', kind: ErrorName, fault: Fault }
  /** The engine cannot: nothing of the whole commit is on disk. */
  | { number: number, outcome: 'failed', fault: Fault }

/** Does the writes in one transaction and answers once they are on disk. Throws where the engine fails; the connection is
 * then to be closed, which rolls back. */
export function commitTogether (db: Connection, operations: readonly Operation[]): Reply[] {
  untilFree(() => { db.run('BEGIN IMMEDIATE') })
  const replies = operations.map(operation => attempt(db, operation))
  db.run('COMMIT')
  return replies
}

function attempt (db: Connection, { number, verb, args }: Operation): Reply {
  const write = verbs[verb] as (db: Connection, ...args: readonly unknown[]) => unknown
  db.run('SAVEPOINT operation')
  try {
    const value = write(db, ...args)
    db.run('RELEASE operation')
    return { number, outcome: 'done', value }
  } catch (error) {
    if (isEngineFailure(error)) throw error
    db.run('ROLLBACK TO operation')
    db.run('RELEASE operation')
    return { number, outcome: 'refused', kind: error instanceof ServiceError ? error.kind : 'internal', fault: faultOf(error) }
  }
}

export function faultOf (error: unknown): Fault {
  if (!(error instanceof Error)) return { message: String(error) }
  const { message, code, errcode } = error as Fault
  return { message, code, errcode }
}
