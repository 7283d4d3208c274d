// The table of tokens that were mailed, by their digests.
import type { OneTimeToken, OneTimeTokenStore, TokenPurpose } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { instant } from './values.js'
import type { Writer } from './writer.js'

export interface TokenRow { hash: string, purpose: TokenPurpose, user_id: string, email: string | null, created_at: number, expires_at: number }

export function tokenOf (row: TokenRow): OneTimeToken {
  return { hash: row.hash, purpose: row.purpose, userId: row.user_id, email: row.email, createdAt: instant(row.created_at), expiresAt: instant(row.expires_at) }
}

export function insertToken (db: Connection, token: OneTimeToken): void {
  db.run('INSERT INTO one_time_tokens (hash, purpose, user_id, email, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    [token.hash, token.purpose, token.userId, token.email, token.createdAt.getTime(), token.expiresAt.getTime()])
}

export function findToken (db: Connection, hash: string, purpose: TokenPurpose, now: Date): OneTimeToken | null {
  const row = db.one<TokenRow>('SELECT * FROM one_time_tokens WHERE hash = ? AND purpose = ? AND expires_at > ?', [hash, purpose, now.getTime()])
  return row === undefined ? null : tokenOf(row)
}

export function consumeToken (db: Connection, hash: string, purpose: TokenPurpose, now: Date): OneTimeToken | null {
  const token = findToken(db, hash, purpose, now)
  if (token !== null) db.run('DELETE FROM one_time_tokens WHERE hash = ?', [hash])
  return token
}

export function removeTokens (db: Connection, userId: string, purpose: TokenPurpose): number {
  return db.run('DELETE FROM one_time_tokens WHERE user_id = ? AND purpose = ?', [userId, purpose])
}

export function createOneTimeTokenStore (reader: Reader, writer: Writer): OneTimeTokenStore {
  return {
    insert: async token => writer.run('insertToken', token),
    find: async (hash, purpose, now) => reader.read(db => findToken(db, hash, purpose, now)),
    consume: async (hash, purpose, now) => writer.run('consumeToken', hash, purpose, now),
    removeFor: async (userId, purpose) => writer.run('removeTokens', userId, purpose)
  }
}
