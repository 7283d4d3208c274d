// The feed of the deny-list: a log whose numbers grow in the order of the commits, whichever process commits.
import { ServiceError } from '../../errors.js'
import type { Revocation, RevocationStore, Role } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { instant } from './values.js'

interface RevocationRow { sequence: number, at: number, session_id: string | null, user_id: string, role: Role }

export function recordEnd (db: Connection, sessionId: string, now: Date): void {
  db.run('INSERT INTO revocations (at, session_id) VALUES (?, ?)', [now.getTime(), sessionId])
}

/** `at` grows with every change of a user's role, whatever the clocks of those who made them: the latest is told by it. */
export function recordRole (db: Connection, userId: string, role: Role, now: Date): void {
  db.run(`
    INSERT INTO revocations (at, user_id, role)
    SELECT max(:now, coalesce(max(at) + 1, 0)), :userId, :role FROM revocations WHERE user_id = :userId`, { now: now.getTime(), userId, role })
}

function revocationOf (row: RevocationRow): Revocation {
  const at = instant(row.at)
  return row.session_id === null ? { kind: 'role', userId: row.user_id, role: row.role, at } : { kind: 'session', sessionId: row.session_id, at }
}

function newestSequence (db: Connection): number {
  return db.one<{ seq: number }>('SELECT seq FROM sqlite_sequence WHERE name = \'revocations\'')?.seq ?? 0
}

export function revocationPage (db: Connection, cursor: string | null, notBefore: Date, limit: number): { revocations: Revocation[], cursor: string, more: boolean } {
  if (cursor !== null && !/^\d{1,15}$/.test(cursor)) throw new ServiceError('invalid_cursor')
  // Read first: what is recorded after this look is told by the next call, or twice.
  const newest = newestSequence(db)
  // A cursor from the future belongs to a file that was replaced, say by an older copy: start over.
  const rows = cursor === null || Number(cursor) > newest
    ? db.all<RevocationRow>('SELECT * FROM revocations WHERE at >= ? ORDER BY sequence LIMIT ?', [notBefore.getTime(), limit])
    : db.all<RevocationRow>('SELECT * FROM revocations WHERE sequence > ? ORDER BY sequence LIMIT ?', [Number(cursor), limit])
  return { revocations: rows.map(revocationOf), cursor: String(rows.at(-1)?.sequence ?? newest), more: rows.length === limit }
}

export function createRevocationStore (reader: Reader): RevocationStore {
  return {
    page: async (cursor, notBefore, limit) => reader.read(db => revocationPage(db, cursor, notBefore, limit))
  }
}
