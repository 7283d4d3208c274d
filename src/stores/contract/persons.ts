// The table of persons.
import type { InsertOutcome } from './users.js'

export interface Person {
  id: string
  /** The business key, unique (with its case). */
  personId: string
  name: string
  email: string | null
  age: number | null
  createdAt: Date
  updatedAt: Date
  /** 1 at first, one more with every write. */
  version: number
}

export const personSorts = ['name', '-name', 'age', '-age', 'createdAt', '-createdAt'] as const
export type PersonSort = typeof personSorts[number]

export interface PersonFilter {
  /** Prefix of name, e-mail or personId, folded by foldCase. */
  q?: string
  minAge?: number
  maxAge?: number
}

/** Where a page ends: the sort key of its last row and its id. `key` is the folded name, the age (null where missing), or `createdAt` in milliseconds. */
export interface PersonPosition { key: string | number | null, id: string }

/** Rows of a page. */
export interface PersonRows extends Array<Person> {
  /** Where the store stopped before it had come to the end, and the next page begins; fewer rows than were asked for are the last ones
   * only without it. */
  lookedTo?: PersonPosition
}

export interface Counted {
  found: number
  /** The store stopped before it had come to the end: there may be more. */
  isMinimum?: true
}

export type PersonPatch = Partial<Pick<Person, 'personId' | 'name' | 'email' | 'age'>>

export interface PersonStore {
  /** Throws `person_id_taken`, by a unique index. */
  insert (person: Person): Promise<void>
  /** As UserStore.insertMany. */
  insertMany (persons: readonly Person[]): Promise<InsertOutcome[]>
  find (id: string): Promise<Person | null>
  /** Changes members, raises `version` by one, sets `updatedAt`; the person as it is now, or null where there is none. With
   * `ifVersions`, only if the version is one of them, else throws `version_mismatch` and writes nothing. Throws `person_id_taken`. */
  update (id: string, patch: PersonPatch, now: Date, ifVersions?: readonly number[]): Promise<Person | null>
  /** False where there is none. `ifVersions` as in `update`. */
  remove (id: string, ifVersions?: readonly number[]): Promise<boolean>
  /**
   * Keyset page: rows after `after` in the order of `sort`, ties by id ascending in either direction, names by their folded form in code point order,
   * missing ages last in either direction. Rows that are there all the while are told exactly once over the pages,
   * whatever is added or removed meanwhile. Throws `busy` where too many ask for what takes long to find.
   */
  page (query: PersonFilter & { sort: PersonSort, after: PersonPosition | null, limit: number }): Promise<PersonRows>
  /** How many there are; where there are `atMost` or more, `atMost`, and no more of them are looked at. Throws `busy` as `page` does. */
  count (filter: PersonFilter, atMost?: number): Promise<Counted>
}
