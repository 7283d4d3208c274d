// Turns what the driver throws into the service's own errors: duplicate key → the name that is taken, all else → store_unavailable.
import { MongoBulkWriteError, MongoError, MongoNetworkError, MongoServerSelectionError } from 'mongodb'
import { type ErrorName, ServiceError } from '../../errors.js'
import type { InsertOutcome } from '../stores.js'

type Taken = Exclude<InsertOutcome, 'inserted'>

const takenByIndex: Record<string, Taken> = {
  _id_: 'exists',
  email_unique: 'email_taken',
  username_unique: 'username_taken',
  person_id_unique: 'person_id_taken'
}

const duplicateKey = 11000

/** What a duplicate-key error says is there already, or null where it is another error. */
export function takenBy (error: { code?: unknown, message?: unknown }): Taken | null {
  if (error.code !== duplicateKey) return null
  // The first `index:` is the server's; what a stranger wrote comes after it, in the key. Servers since 4.4 have
  // `keyPattern` too, but not in the errors of a bulk write.
  const index = /\bindex: (\S+)/.exec(String(error.message))?.[1] ?? ''
  return takenByIndex[index] ?? null
}

export function isDuplicate (error: unknown): boolean {
  return error instanceof MongoError && error.code === duplicateKey
}

/** Says whether `error` tells that the connection is gone, so that nothing is known of the server any more. */
export function isLoss (error: unknown): boolean {
  return error instanceof MongoNetworkError || error instanceof MongoServerSelectionError
}

/** `error` as the service's own. What is neither the driver's nor the network's is a fault of ours and stays as it is. */
export function toServiceError (error: unknown): unknown {
  if (error instanceof ServiceError) return error
  if (isDuplicate(error)) return new ServiceError(kindOf(takenBy(error as MongoError)), { cause: error })
  // A name that DNS cannot resolve (mongodb+srv) comes as a plain system error.
  if (error instanceof MongoError || (error instanceof Error && 'syscall' in error)) return unavailable(error)
  return error
}

export function unavailable (cause: unknown): ServiceError {
  return new ServiceError('store_unavailable', { cause })
}

// An id that is there twice is a fault of the caller: no answer of the contract.
function kindOf (taken: Taken | null): ErrorName {
  return taken === null || taken === 'exists' ? 'internal' : taken
}

/** The outcome of each of `count` rows of an unordered bulk insert that failed in part; throws what is not about a row's names. */
export function outcomesOf (error: unknown, count: number): InsertOutcome[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error
  const outcomes = new Array<InsertOutcome>(count).fill('inserted')
  for (const { index, code, errmsg } of [error.writeErrors].flat()) {
    const taken = takenBy({ code, message: errmsg })
    if (taken === null) throw error
    outcomes[index] = taken
  }
  return outcomes
}
