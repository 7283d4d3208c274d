// Everything a store has, as it goes from one to another.
import type { Person } from './persons.js'
import type { AuditEntry, Mail } from './records.js'
import type { Session } from './sessions.js'
import type { OneTimeToken, SigningKey } from './tokens.js'
import type { Credentials, User } from './users.js'

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
