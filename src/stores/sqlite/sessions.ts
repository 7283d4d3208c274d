// The table of sessions. Whatever ends one records the revocation in the same transaction.
import type { Advance, EndReason, Session, SessionStore } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { recordEnd } from './revocations.js'
import { insertStatement } from './statements.js'
import { instant, instantOrNull, milliseconds } from './values.js'
import type { Writer } from './writer.js'

export interface SessionRow {
  id: string
  user_id: string
  counter: number
  created_at: number
  last_used_at: number
  rotated_at: number | null
  expires_at: number
  max_expires_at: number
  ended_at: number | null
  end_reason: EndReason | null
  ip: string | null
  user_agent: string | null
}

export function sessionOf (row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    counter: row.counter,
    createdAt: instant(row.created_at),
    lastUsedAt: instant(row.last_used_at),
    rotatedAt: instantOrNull(row.rotated_at),
    expiresAt: instant(row.expires_at),
    maxExpiresAt: instant(row.max_expires_at),
    endedAt: instantOrNull(row.ended_at),
    endReason: row.end_reason,
    ip: row.ip,
    userAgent: row.user_agent
  }
}

const alive = 'ended_at IS NULL AND expires_at > :now AND max_expires_at > :now'

export function insertSession (db: Connection, session: Session): void {
  const values = {
    id: session.id,
    user_id: session.userId,
    counter: session.counter,
    created_at: session.createdAt.getTime(),
    last_used_at: session.lastUsedAt.getTime(),
    rotated_at: milliseconds(session.rotatedAt),
    expires_at: session.expiresAt.getTime(),
    max_expires_at: session.maxExpiresAt.getTime(),
    ended_at: milliseconds(session.endedAt),
    end_reason: session.endReason,
    ip: session.ip,
    user_agent: session.userAgent
  }
  db.run(insertStatement('sessions', Object.keys(values)), values)
}

export function findSession (db: Connection, id: string): Session | null {
  const row = db.one<SessionRow>('SELECT * FROM sessions WHERE id = ?', [id])
  return row === undefined ? null : sessionOf(row)
}

export function advanceSession (db: Connection, id: string, fromCounter: number, now: Date, expiresAt: Date): Advance {
  const advanced = db.run(`
    UPDATE sessions SET counter = counter + 1, rotated_at = :now, last_used_at = :now, expires_at = min(:expires, max_expires_at)
    WHERE id = :id AND counter = :counter AND ${alive}`, { id, counter: fromCounter, now: now.getTime(), expires: expiresAt.getTime() })
  const session = findSession(db, id)
  if (session === null) return { outcome: 'missing' }
  return { outcome: advanced === 1 ? 'advanced' : 'unchanged', session }
}

export function endSession (db: Connection, id: string, reason: EndReason, now: Date, userId?: string): boolean {
  const session = findSession(db, id)
  if (session === null || session.endedAt !== null || (userId !== undefined && session.userId !== userId)) return false
  end(db, [id], reason, now)
  return true
}

export function endSessions (db: Connection, userId: string, reason: EndReason, now: Date, exceptId?: string): string[] {
  const rows = db.all<{ id: string }>('SELECT id FROM sessions WHERE user_id = ? AND ended_at IS NULL AND id <> ?', [userId, exceptId ?? ''])
  return end(db, rows.map(row => row.id), reason, now)
}

export function trimSessions (db: Connection, userId: string, keep: number, now: Date): string[] {
  const surplus = liveSessions(db, userId, now).slice(keep)
  return end(db, surplus.map(session => session.id), 'too_many', now)
}

function end (db: Connection, ids: string[], reason: EndReason, now: Date): string[] {
  for (const id of ids) {
    db.run('UPDATE sessions SET ended_at = ?, end_reason = ? WHERE id = ?', [now.getTime(), reason, id])
    recordEnd(db, id, now)
  }
  return ids
}

function liveSessions (db: Connection, userId: string, now: Date): Session[] {
  return db.all<SessionRow>(`SELECT * FROM sessions WHERE user_id = :user AND ${alive} ORDER BY last_used_at DESC, id DESC`,
    { user: userId, now: now.getTime() }).map(sessionOf)
}

export function hasSeenDevice (db: Connection, userId: string, userAgent: string | null, ipPrefixes: readonly string[], since: Date, beforeId: string): boolean {
  return db.one(`
    SELECT 1 FROM sessions WHERE user_id = :user AND user_agent IS :agent AND last_used_at >= :since AND id < :before
    AND EXISTS (SELECT 1 FROM json_each(:prefixes) WHERE substr(ip, 1, length(value)) = value) LIMIT 1`,
  { user: userId, agent: userAgent, since: since.getTime(), before: beforeId, prefixes: JSON.stringify(ipPrefixes) }) !== undefined
}

export function createSessionStore (reader: Reader, writer: Writer): SessionStore {
  return {
    insert: async session => writer.run('insertSession', session),
    find: async id => reader.read(db => findSession(db, id)),
    advance: async (id, fromCounter, now, expiresAt) => writer.run('advanceSession', id, fromCounter, now, expiresAt),
    listLive: async (userId, now) => reader.read(db => liveSessions(db, userId, now)),
    end: async (id, reason, now, userId) => writer.run('endSession', id, reason, now, userId),
    endAll: async (userId, reason, now, exceptId) => writer.run('endSessions', userId, reason, now, exceptId),
    trim: async (userId, keep, now) => writer.run('trimSessions', userId, keep, now),
    hasSeen: async (userId, userAgent, ipPrefixes, since, beforeId) => reader.read(db => hasSeenDevice(db, userId, userAgent, ipPrefixes, since, beforeId))
  }
}
