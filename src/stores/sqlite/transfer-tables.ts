// Each table as it goes to another store: what its rows are, read in the order of the key, and how one is put back.
import type { TransferKind, TransferRows } from '../stores.js'
import { type AuditRow, appendEntry, entryOf } from './audit.js'
import type { Connection } from './connection.js'
import { refusing } from './faults.js'
import { insertMail, type MailRow, mailOf } from './mails.js'
import { insertToken, type TokenRow, tokenOf } from './one-time-tokens.js'
import { type PersonRow, personOf } from './person-rows.js'
import { insertPerson } from './persons.js'
import { insertSession, type SessionRow, sessionOf } from './sessions.js'
import { insertKey, type KeyRow, keyOf } from './signing-keys.js'
import { insertStatement } from './statements.js'
import { type CredentialsRow, newUserValues, userOf } from './user-rows.js'
import { refusals } from './users.js'
import { instant } from './values.js'

export interface Table<Row> {
  read: (db: Connection, after: string, limit: number) => Row[]
  name: string
  key: string
  insert: (db: Connection, row: Row) => void
}

/** `rowOf` takes the columns as `SELECT *` gives them. */
function table<Stored, Row> (name: string, key: string, rowOf: (stored: Stored) => Row, insert: Table<Row>['insert']): Table<Row> {
  const sql = `SELECT * FROM ${name} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`
  return { name, key, insert, read: (db, after, limit) => db.all<Stored>(sql, [after, limit]).map(rowOf) }
}

function insertUser (db: Connection, { passwordHash, passwordVersion, ...user }: TransferRows['users']): void {
  const values = { ...newUserValues({ user, passwordHash }), password_version: passwordVersion }
  refusing(refusals, () => db.run(insertStatement('users', Object.keys(values)), values))
}

/** With its end in the feed, once: a process that starts on this store must hear of it. */
function insertWithEnd (db: Connection, session: TransferRows['sessions']): void {
  insertSession(db, session)
  if (session.endedAt === null) return
  const at = session.endedAt.getTime()
  db.run('INSERT INTO revocations (at, session_id) SELECT :at, :id WHERE NOT EXISTS (SELECT 1 FROM revocations WHERE at = :at AND session_id = :id)', { at, id: session.id })
}

const roleChanges: Table<TransferRows['roleChanges']> = {
  name: 'revocations',
  key: 'user_id',
  // Accounts that are gone have no role; the feed may still tell one.
  read: (db, after, limit) => db.all<{ user_id: string, at: number }>(`
    SELECT user_id, max(at) AS at FROM revocations WHERE user_id > ? AND user_id IN (SELECT id FROM users)
    GROUP BY user_id ORDER BY user_id LIMIT ?`, [after, limit]).map(({ user_id: userId, at }) => ({ userId, at: instant(at) })),
  insert: (db, { userId, at }) => { db.run('INSERT INTO revocations (at, user_id, role) SELECT ?, id, role FROM users WHERE id = ?', [at.getTime(), userId]) }
}

export const tables: { [K in TransferKind]: Table<TransferRows[K]> } = {
  signingKeys: table<KeyRow, TransferRows['signingKeys']>('signing_keys', 'kid', keyOf, insertKey),
  users: table<CredentialsRow, TransferRows['users']>('users', 'id', (row) => ({ ...userOf(row), passwordHash: row.password_hash, passwordVersion: row.password_version }), insertUser),
  roleChanges,
  sessions: table<SessionRow, TransferRows['sessions']>('sessions', 'id', sessionOf, insertWithEnd),
  oneTimeTokens: table<TokenRow, TransferRows['oneTimeTokens']>('one_time_tokens', 'hash', tokenOf, insertToken),
  persons: table<PersonRow, TransferRows['persons']>('persons', 'id', personOf, insertPerson),
  audit: table<AuditRow, TransferRows['audit']>('audit', 'id', entryOf, appendEntry),
  mails: table<MailRow, TransferRows['mails']>('mails', 'id', mailOf, insertMail),
  counters: table<{ key: string, value: number, expires_at: number }, TransferRows['counters']>('counters', 'key', (row) => ({ key: row.key, value: row.value, expiresAt: instant(row.expires_at) }), (db, { key, value, expiresAt }) => {
    db.run('INSERT INTO counters (key, value, expires_at) VALUES (?, ?, ?)', [key, value, expiresAt.getTime()])
  })
}
