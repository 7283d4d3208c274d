// Sessions, and what their end and a change of a role tell the deny-list.
import type { Role } from './users.js'

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
   * The revocations recorded after `cursor` (null: at least those with `at` not before `notBefore`), in the order of their recording, in pages
   * of at most `limit`, with the cursor to go on from. Every one is told at least once to every caller that goes on from its cursors,
   * whichever process recorded it; it may be told again for a while. `more`: there is a next page now. There is no verb to write one:
   * ending a session and changing a role are the revocation, in the same atomic write. Throws `invalid_cursor`.
   */
  page (cursor: string | null, notBefore: Date, limit: number): Promise<{ revocations: Revocation[], cursor: string, more: boolean }>
}
