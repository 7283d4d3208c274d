// What the suite needs of an engine, and small helpers for its tests.
import type { Test } from 'tap'
import { ServiceError, type ErrorName } from '../../../src/errors.js'
import type { Stores } from '../../../src/stores/stores.js'

export interface Opened {
  /** On an empty database. */
  stores: Stores
  /** Further stores on the same database, as another process would have them. */
  another: () => Promise<Stores>
  /** Removes all rows, where that is quicker than opening another database. */
  empty?: () => Promise<void>
  /** Closes all and removes the database. */
  cleanup: () => Promise<void>
}

export interface Engine {
  name: string
  open: () => Promise<Opened>
  /** Subjects that the server under test is known not to manage, with the reason: they run, and their failures do not count. */
  gaps?: Record<string, string>
}

/** What a subject gets: an empty database, and two ways to a further connection: one that all may share, and a new one. */
export interface Given { stores: Stores, another: () => Promise<Stores>, onemore: () => Promise<Stores> }

export type Contract = (t: Test, given: Given) => Promise<void>

/** The kind of the ServiceError that `promise` rejects with, or null where it resolves. Any other error goes on. */
export async function refusalOf (promise: Promise<unknown>): Promise<ErrorName | null> {
  try {
    await promise
    return null
  } catch (error) {
    if (error instanceof ServiceError) return error.kind
    throw error
  }
}

/** Starts `n` calls at once and answers what became of them, in order. */
export async function atOnce<T> (n: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: n }, (_, index) => call(index)))
}

/** The value, which a test has good reason to expect. */
export function present<T> (value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The test expected a value here.')
  return value
}
