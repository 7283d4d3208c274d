// The contract between the service and whatever keeps its data; contract/ has it part by part, each verb told in prose. Two engines honour
// it (sqlite/, mongo/), one suite holds both to it (test/stores/contract.ts).
//
// Every verb is atomic on one record and needs no transaction around it; who needs two writes orders them so that a
// crash between leaves something safe. Expiry is decided by the `now` that is passed in. Ids are opaque strings made by the
// service. Every verb rejects with ServiceError `store_unavailable` when the engine cannot say: never a guess.
import type { PersonStore } from './contract/persons.js'
import type { AuditStore, CounterStore, MailStore } from './contract/records.js'
import type { RevocationStore, SessionStore } from './contract/sessions.js'
import type { OneTimeTokenStore, SigningKeyStore } from './contract/tokens.js'
import type { TransferStore } from './contract/transfer.js'
import type { UserStore } from './contract/users.js'

export * from './contract/persons.js'
export type * from './contract/records.js'
export * from './contract/sessions.js'
export * from './contract/tokens.js'
export type * from './contract/transfer.js'
export * from './contract/users.js'

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
