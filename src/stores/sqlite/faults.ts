// What went wrong, told apart: a constraint that refuses, the engine that cannot, a mistake in the code.
import { ServiceError, type ErrorName } from '../../errors.js'

/** Primary result codes that are about the one statement or the one value, not about the engine (https://sqlite.org/rescode.html). */
const aboutTheStatement = new Set([1, 18, 19, 20, 21, 25])
const uniqueIndex = 2067

interface SqliteError extends Error { errcode: number }

function isSqliteError (error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** Says whether the engine itself cannot go on: disk full, I/O error, locked, read-only, corrupt … */
export function isEngineFailure (error: unknown): error is SqliteError {
  return isSqliteError(error) && !aboutTheStatement.has(error.errcode & 0xff)
}

/** Says whether another process holds a lock. */
export function isBusy (error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & 0xff) === 5
}

/** The refusal that a unique index means, by the index's columns as SQLite names them; undefined for any other error. */
export function refusalIn (error: unknown, kinds: Readonly<Record<string, ErrorName>>): ErrorName | undefined {
  return isSqliteError(error) && error.errcode === uniqueIndex ? kinds[error.message.replace('UNIQUE constraint failed: ', '')] : undefined
}

/** Runs a write and turns the refusal of a unique index into its ServiceError. */
export function refusing<T> (kinds: Readonly<Record<string, ErrorName>>, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const kind = refusalIn(error, kinds)
    throw kind === undefined ? error : new ServiceError(kind, { cause: error })
  }
}

/** The engine's failures as the contract wants them; everything else as it is. */
export function asServiceError (error: unknown): unknown {
  return isEngineFailure(error) ? new ServiceError('store_unavailable', { cause: error }) : error
}
