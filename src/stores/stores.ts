// The contract between the service and whatever keeps its data; long, since each verb is told in prose. Two engines honour it (sqlite/, mongo/), one suite holds
// both to it (test/stores/contract.ts).
//
// Every verb is atomic on one record and needs no transaction around it; who needs two writes orders them so that a
// crash between leaves something safe. Expiry is decided by the `now` that is passed in. Ids are opaque strings made by the
// service. Every verb rejects with ServiceError `store_unavailable` when the engine cannot say: never a guess.

import { type PasswordHash } from '../passwords/password-hash.js'

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
  /** Sets the password and raises `passwordVersion`; false where there is no such account. */
  setPassword (id: string, passwordHash: PasswordHash, now: Date): Promise<boolean>
  /** Replaces a hash by a better one of the same password, only if it is still `from`; `passwordVersion` and `updatedAt` stay. */
  renewHash (id: string, from: PasswordHash, to: PasswordHash): Promise<boolean>
  /** Notes a log-in. `updatedAt` stays. No-op where there is no such account. */
  noteLogin (id: string, now: Date): Promise<void>
  /** Removes the account; false where there was none. Throws `last_admin` as `update` does. Sessions are not touched:
   * end them first. */
  remove (id: string): Promise<boolean>
  /** A page in the order of `id`, beginning after the id `after`. */
  page (query: UserFilter & { after: string | null, limit: number }): Promise<User[]>
  count (filter: UserFilter): Promise<number>
  /** The highest cost of a bcrypt hash among the accounts, or null where all are argon2id. Cheap. */
  highestBcryptCost (): Promise<number | null>
}

export const endReasons = ['logout', 'ended', 'reuse', 'password_changed', 'disabled', 'deleted', 'too_many'] as const
export type EndReason = typeof endReasons[number]

/** One log-in on one device. Ended sessions stay as rows until they are swept: they are what `revocations` tells. */
export interface Session {
  id: string
  userId: string
  /** How many times the refresh token was rotated. The live refresh token carries this number. */
  counter: number
  createdAt: Date
  lastUsedAt: Date
  /** When `counter` was last raised; null before the first time. */
  rotatedAt: Date | null
  /** End of the idle life; every rotation moves it, never past `maxExpiresAt`. */
  expiresAt: Date
  /** End of the absolute life. */
  maxExpiresAt: Date
  endedAt: Date | null
  endReason: EndReason | null
  ip: string | null
  userAgent: string | null
}

export type Advance =
  /** The counter was `fromCounter` and is now one more: this caller, and only this one, rotated. */
  | { outcome: 'advanced', session: Session }
  /** Nothing was written: counter moved on, ended, or expired at `now`. The session as it stands. */
  | { outcome: 'unchanged', session: Session }
  | { outcome: 'missing' }

export interface SessionStore {
  insert (session: Session): Promise<void>
  find (id: string): Promise<Session | null>
  /** Compare-and-set: if the session lives at `now` (not ended, not expired) and its counter is `fromCounter`, raises the counter, sets
   * `rotatedAt` and `lastUsedAt` to `now` and `expiresAt` to the earlier of `expiresAt` given and `maxExpiresAt`. Of any
   * number of callers with one `fromCounter`, exactly one advances. */
  advance (id: string, fromCounter: number, now: Date, expiresAt: Date): Promise<Advance>
  /** The user's sessions alive at `now`, last used first. */
  listLive (userId: string, now: Date): Promise<Session[]>
  /** Ends the session; true for the one caller who ended it, false where it had ended or is not there. With `userId`, only
   * if it belongs to that user. Appears in `revocations`. */
  end (id: string, reason: EndReason, now: Date, userId?: string): Promise<boolean>
  /** Ends all sessions of the user that have not ended, except `exceptId`. Answers the ids of those that this call ended. */
  endAll (userId: string, reason: EndReason, now: Date, exceptId?: string): Promise<string[]>
  /** Ends the longest unused live sessions until `keep` are left. Answers the ids of those that this call ended. */
  trim (userId: string, keep: number, now: Date): Promise<string[]>
  /** Whether a session of the user that began before the one of `beforeId` (ids sort by time), last used at `since` or later, ended or not, had
   * this user agent and an address that begins with one of `ipPrefixes`. Of sessions that begin at once, one has none before it. */
  hasSeen (userId: string, userAgent: string | null, ipPrefixes: readonly string[], since: Date, beforeId: string): Promise<boolean>
}

/** What the deny-list must know. A session that ended: no token of it counts. A role that changed: only tokens that carry
 * the new role count. */
export type Revocation =
  | { kind: 'session', sessionId: string, at: Date }
  | { kind: 'role', userId: string, role: Role, at: Date }

export interface RevocationStore {
  /**
   * The revocations recorded after `cursor` (null: those with `at` not before `notBefore`), with the cursor to go on from. Every one is told at least once to every
   * caller that goes on from its cursors, whichever process recorded it; one may be told twice. There is no verb to
   * write one: ending a session and changing a role are the revocation, in the same atomic write.
   */
  since (cursor: string | null, notBefore: Date): Promise<{ revocations: Revocation[], cursor: string }>
}

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
   * whatever is added or removed meanwhile.
   */
  page (query: PersonFilter & { sort: PersonSort, after: PersonPosition | null, limit: number }): Promise<Person[]>
  count (filter: PersonFilter): Promise<number>
}

export type TokenPurpose = 'password_reset' | 'email_verification' | 'email_change'

/** A token that was mailed: only its digest is kept. */
export interface OneTimeToken {
  /** SHA-256 of the token, lower-case hex. Unique. */
  hash: string
  purpose: TokenPurpose
  userId: string
  /** The address that the token proves; null where it proves none. */
  email: string | null
  createdAt: Date
  expiresAt: Date
}

export interface OneTimeTokenStore {
  insert (token: OneTimeToken): Promise<void>
  /** The token while it can be used at `now`, or null. Consumes nothing. */
  find (hash: string, purpose: TokenPurpose, now: Date): Promise<OneTimeToken | null>
  /** Takes the token away and answers it; null where there is none for this purpose or it has expired at `now`. Of any
   * number of callers, exactly one gets it. */
  consume (hash: string, purpose: TokenPurpose, now: Date): Promise<OneTimeToken | null>
  /** Removes all tokens of the user for this purpose. Answers how many. */
  removeFor (userId: string, purpose: TokenPurpose): Promise<number>
}

export const keyAlgorithms = ['EdDSA', 'ES256', 'HS256'] as const
export type KeyAlgorithm = typeof keyAlgorithms[number]

/** A key of the ring. The store sees the secret part only sealed (src/seal.ts). */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  kid: string
  algorithm: KeyAlgorithm
  /** The public JWK; null for HS256. */
  publicJwk: Record<string, string> | null
  /** The private (or secret) JWK, sealed with a key derived from AUTH_SECRET. */
  sealedPrivateJwk: string
  createdAt: Date
  /** From when on it signs: a key is published before it is used. */
  signsFrom: Date
  /** From when on nothing it signed counts; null while it has no end. */
  retiresAt: Date | null
}

export interface SigningKeyStore {
  /** All keys, oldest first. */
  list (): Promise<SigningKey[]>
  /** No-op where the kid is there already. */
  insert (key: SigningKey): Promise<void>
  /** Sets when it retires; false where there is no such key. */
  setRetiresAt (kid: string, retiresAt: Date | null): Promise<boolean>
  remove (kid: string): Promise<boolean>
}

/** One line of the audit log. Append-only: there is no verb that changes one. */
export interface AuditEntry {
  id: string
  at: Date
  /** OWASP Logging Vocabulary name, e.g. `authn_login_success`. */
  event: string
  /** About whom. */
  userId: string | null
  /** Who did it, where that is somebody else. */
  actorId: string | null
  ip: string | null
  userAgent: string | null
  /** Further facts; never a secret. */
  detail: Record<string, string | number | boolean | null>
}

export interface AuditFilter { userId?: string, event?: string, since?: Date }

export interface AuditStore {
  append (entry: AuditEntry): Promise<void>
  /** Newest first (by id, descending), beginning after the id `after`. */
  page (query: AuditFilter & { after: string | null, limit: number }): Promise<AuditEntry[]>
  count (filter: AuditFilter): Promise<number>
}

/** A message that waits to be sent. */
export interface Mail {
  id: string
  /** The whole message, sealed (src/seal.ts): the store never sees an address or a link. */
  sealed: string
  createdAt: Date
  /** How many times sending it was tried. */
  attempts: number
  /** Not to be sent before. A lease moves it forward while one process is sending. */
  dueAt: Date
}

export interface MailStore {
  insert (mail: Mail): Promise<void>
  /** Takes the mail that has been due longest at `now`, raising `attempts` and moving `dueAt` to `leaseUntil`; null where none is due.
   * Of any number of callers, one gets each mail. */
  lease (now: Date, leaseUntil: Date): Promise<Mail | null>
  /** Gives it back for later, only if its `attempts` is still `attempts`. */
  postpone (id: string, attempts: number, dueAt: Date): Promise<boolean>
  remove (id: string): Promise<boolean>
  count (): Promise<number>
}

export interface CounterStore {
  /** Adds `by` (default 1) to the counter `key` and answers its value. A counter begins at 0 and lives until `expiresAt` given with its
   * first hit; one that has expired at `now` begins anew. Atomic: N parallel hits of 1 answer N different values. */
  hit (key: string, now: Date, expiresAt: Date, by?: number): Promise<{ value: number, expiresAt: Date }>
  /** The counter as it stands, or null. */
  read (key: string, now: Date): Promise<{ value: number, expiresAt: Date } | null>
  clear (key: string): Promise<void>
}

/** The records of each kind as they go from one store to another, passwords and secrets as they are kept. */
export interface TransferRows {
  signingKeys: SigningKey
  users: User & Pick<Credentials, 'passwordHash' | 'passwordVersion'>
  /** When the role of an account was last changed, as far back as `revocations` tells. */
  roleChanges: { userId: string, at: Date }
  sessions: Session
  oneTimeTokens: OneTimeToken
  persons: Person
  audit: AuditEntry
  mails: Mail
  counters: { key: string, value: number, expiresAt: Date }
}
export type TransferKind = keyof TransferRows

/** For moving from one store to another. Not for serving: no rule but the unique names is minded. */
export interface TransferStore {
  /** The rows after the key `after` (id, hash, kid, userId or key), by key in the order of its bytes. */
  read <K extends TransferKind>(kind: K, after: string | null, limit: number): Promise<Array<TransferRows[K]>>
  /** Makes the rows with a key after `after` and not after `upTo` (null: without end) those given, whatever was there: doing it again does
   * no harm. Role changes need their account to be there. Throws `email_taken` and the like. */
  write <K extends TransferKind>(kind: K, rows: ReadonlyArray<TransferRows[K]>, after: string | null, upTo: string | null): Promise<void>
}

export interface SweepCounts { sessions: number, oneTimeTokens: number, counters: number, audit: number }

export interface Stores {
  /** The engine's name, for logs and readiness. */
  readonly engine: 'sqlite' | 'mongodb'
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly revocations: RevocationStore
  readonly persons: PersonStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly signingKeys: SigningKeyStore
  readonly audit: AuditStore
  readonly mails: MailStore
  readonly counters: CounterStore
  readonly transfer: TransferStore
  /**
   * Resolves when the engine answers and its tables and indexes are in place; rejects with `store_unavailable` else, within
   * two seconds. Asking is cheap.
   */
  ping (): Promise<void>
  /** Removes, in small steps and at most `limit` rows a collection, what ended or expired before `before` (audit: `auditBefore`; sessions:
   * `sessionsBefore`, where it is given: they are what `hasSeen` knows devices by). */
  sweep (before: Date, auditBefore: Date, limit: number, sessionsBefore?: Date): Promise<SweepCounts>
  /** Finishes what is under way and lets go of the engine. Closing twice is a no-op. */
  close (): Promise<void>
}
