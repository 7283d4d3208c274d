// Accounts: what a store keeps of them and does with them.
import type { HashCosts } from '../../passwords/hash-cost.js'
import type { PasswordHash } from '../../passwords/password-hash.js'

export const roles = ['client', 'manager', 'admin'] as const
/** What an account may do; each role includes the ones before it. */
export type Role = typeof roles[number]

/** An account, without its password. */
export interface User {
  id: string
  /** Canonical (src/text.ts), unique. Null for accounts that are known by username only. */
  email: string | null
  emailVerified: boolean
  /** As its owner writes it; unique ignoring case. */
  username: string | null
  firstName: string | null
  lastName: string | null
  phone: string | null
  role: Role
  disabled: boolean
  createdAt: Date
  updatedAt: Date
  lastLoginAt: Date | null
}

/** What a log-in is checked against. */
export interface Credentials {
  user: User
  /** Null for an account that has no password yet. */
  passwordHash: PasswordHash | null
  /** 1 at first; grows by one with every change of the password (not when a hash is only renewed), so that a log-in can see that the
   * password it has just checked is no longer the one. */
  passwordVersion: number
}

/** `passwordVersion` of an account that was just inserted. */
export const firstPasswordVersion = 1

export type UserName = { id: string } | { email: string } | { username: string }

/** Members that may change; what is left out stays, `null` removes. */
export type UserPatch = Partial<Pick<User, 'email' | 'emailVerified' | 'username' | 'firstName' | 'lastName' | 'phone' | 'role' | 'disabled'>>

export interface NewUser { user: User, passwordHash: PasswordHash | null }

/** What became of one row of a bulk insert. `exists`: a record with this id is there already. */
export type InsertOutcome = 'inserted' | 'exists' | 'email_taken' | 'username_taken' | 'person_id_taken'

export interface UserFilter {
  /** Prefix of e-mail, username, first or last name, folded by foldCase. */
  q?: string
  role?: Role
  disabled?: boolean
}

export interface UserStore {
  /** Adds an account. Throws `email_taken` or `username_taken`, decided by a unique index, so also under races. */
  insert (entry: NewUser): Promise<void>
  /** Adds many, each on its own: one refused does not stop the others. Answers in the order of the input. Two of the same
   * name in one call: the first wins. */
  insertMany (entries: readonly NewUser[]): Promise<InsertOutcome[]>
  /** The account, or null. */
  find (name: UserName): Promise<User | null>
  /** The account with its password hash, or null. The only verb that hands out a hash. */
  findCredentials (name: UserName): Promise<Credentials | null>
  /** Changes members and `updatedAt`; answers the account as it is now, or null where there is none. Throws `email_taken`,
   * `username_taken`, or `last_admin` when this would leave no enabled admin (also under races). A change of `role`
   * appears in `revocations`. */
  update (id: string, patch: UserPatch, now: Date): Promise<User | null>
  /** Sets the password and raises `passwordVersion`; false where there is no such account, or with `fromVersion` where its password is
   * another one by now. */
  setPassword (id: string, passwordHash: PasswordHash, now: Date, fromVersion?: number): Promise<boolean>
  /** Replaces a hash by a better one of the same password, only if it is still `from`; `passwordVersion` and `updatedAt` stay. */
  renewHash (id: string, from: PasswordHash, to: PasswordHash): Promise<boolean>
  /** Notes a log-in. `updatedAt` stays. No-op where there is no such account. */
  noteLogin (id: string, now: Date): Promise<void>
  /** Removes the account; false where there was none. Throws `last_admin` as `update` does. Sessions are not touched:
   * end them first. */
  remove (id: string): Promise<boolean>
  /** A page in the order of `id`, beginning after the id `after`. */
  page (query: UserFilter & { after: string | null, limit: number }): Promise<User[]>
  /** How many there are; where there are `atMost` or more, `atMost`, and no more of them are looked at. */
  count (filter: UserFilter, atMost?: number): Promise<number>
  /** Of the hashes of all accounts. Cheap. */
  highestHashCosts (): Promise<HashCosts>
}
