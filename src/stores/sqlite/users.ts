// The table of accounts: one account at a time. Its lists stand in user-pages.ts.
import { ServiceError, type ErrorName } from '../../errors.js'
import { argon2Parameters, type HashCosts } from '../../passwords/hash-cost.js'
import { bcryptCost, type PasswordHash } from '../../passwords/password-hash.js'
import type { InsertOutcome, NewUser, User, UserPatch, UserStore } from '../stores.js'
import type { Connection } from './connection.js'
import { refusalIn, refusing } from './faults.js'
import type { Reader } from './reader.js'
import { argon2WorkOf, isArgon2 } from './schema-2.js'
import { recordRole } from './revocations.js'
import { insertStatement, updateStatement } from './statements.js'
import { countUsers, userPage } from './user-pages.js'
import { credentialsOf, userColumns, newUserValues, userOf, userValues, whereName, type CredentialsRow, type UserRow } from './user-rows.js'
import { given } from './values.js'
import type { Writer } from './writer.js'

export const refusals: Record<string, ErrorName> = { 'users.email': 'email_taken', 'users.username_folded': 'username_taken' }

export function insertUser (db: Connection, entry: NewUser): void {
  refusing(refusals, () => { addRow(db, entry) })
}

export function insertUsers (db: Connection, entries: readonly NewUser[]): InsertOutcome[] {
  return entries.map(entry => {
    if (readUser(db, entry.user.id) !== undefined) return 'exists'
    try {
      addRow(db, entry)
      return 'inserted'
    } catch (error) {
      const refusal = refusalIn(error, refusals)
      if (refusal !== 'email_taken' && refusal !== 'username_taken') throw error
      return refusal
    }
  })
}

export function updateUser (db: Connection, id: string, patch: UserPatch, now: Date): User | null {
  const before = readUser(db, id)
  if (before === undefined) return null
  const user: User = { ...before, ...given(patch), updatedAt: now }
  if (isActingAdmin(before) && !isActingAdmin(user)) mindLastAdmin(db, id)
  const values = userValues(user)
  refusing(refusals, () => db.run(updateStatement('users', Object.keys(values)), values))
  if (user.role !== before.role) recordRole(db, id, user.role, now)
  return user
}

export function setPassword (db: Connection, id: string, passwordHash: PasswordHash, now: Date, fromVersion?: number): boolean {
  return db.run(`
    UPDATE users SET password_hash = ?, bcrypt_cost = ?, password_version = password_version + 1, updated_at = ?
    WHERE id = ? AND password_version = coalesce(?, password_version)`, [passwordHash, bcryptCost(passwordHash), now.getTime(), id, fromVersion ?? null]) === 1
}

export function renewHash (db: Connection, id: string, from: PasswordHash, to: PasswordHash): boolean {
  return db.run('UPDATE users SET password_hash = ?, bcrypt_cost = ? WHERE id = ? AND password_hash = ?', [to, bcryptCost(to), id, from]) === 1
}

export function noteLogin (db: Connection, id: string, now: Date): void {
  db.run('UPDATE users SET last_login_at = ? WHERE id = ?', [now.getTime(), id])
}

export function removeUser (db: Connection, id: string): boolean {
  const user = readUser(db, id)
  if (user === undefined) return false
  if (isActingAdmin(user)) mindLastAdmin(db, id)
  db.run('DELETE FROM users WHERE id = ?', [id])
  return true
}

function addRow (db: Connection, entry: NewUser): void {
  const values = newUserValues(entry)
  db.run(insertStatement('users', Object.keys(values)), values)
}

function readUser (db: Connection, id: string): User | undefined {
  const row = db.one<UserRow>(`SELECT ${userColumns} FROM users WHERE id = ?`, [id])
  return row && userOf(row)
}

function isActingAdmin (user: User): boolean {
  return user.role === 'admin' && !user.disabled
}

/** The write transaction is exclusive, so nobody else can resign between this look and the change. */
function mindLastAdmin (db: Connection, leavingId: string): void {
  const other = db.one('SELECT id FROM users WHERE role = \'admin\' AND disabled = 0 AND id <> ? LIMIT 1', [leavingId])
  if (other === undefined) throw new ServiceError('last_admin')
}

export function highestHashCosts (db: Connection): HashCosts {
  const dearest = db.one<{ hash: PasswordHash }>(`SELECT password_hash AS hash FROM users WHERE ${isArgon2} ORDER BY ${argon2WorkOf} DESC LIMIT 1`)
  return {
    bcryptCost: db.one<{ cost: number }>('SELECT bcrypt_cost AS cost FROM users WHERE bcrypt_cost IS NOT NULL ORDER BY bcrypt_cost DESC LIMIT 1')?.cost ?? null,
    argon2: dearest === undefined ? null : argon2Parameters(dearest.hash)
  }
}

export function createUserStore (reader: Reader, writer: Writer): UserStore {
  return {
    insert: async entry => writer.run('insertUser', entry),
    insertMany: async entries => writer.run('insertUsers', entries),
    find: async name => {
      const { where, parameter } = whereName(name)
      return reader.readKept('users', `${where} ${parameter}`, db => {
        const row = db.one<UserRow>(`SELECT ${userColumns} FROM users WHERE ${where}`, [parameter])
        return row === undefined ? null : userOf(row)
      })
    },
    findCredentials: async name => reader.read(db => {
      const { where, parameter } = whereName(name)
      const row = db.one<CredentialsRow>(`SELECT ${userColumns}, password_hash, password_version FROM users WHERE ${where}`, [parameter])
      return row === undefined ? null : credentialsOf(row)
    }),
    update: async (id, patch, now) => writer.run('updateUser', id, patch, now),
    setPassword: async (id, passwordHash, now, fromVersion) => writer.run('setPassword', id, passwordHash, now, fromVersion),
    renewHash: async (id, from, to) => writer.run('renewHash', id, from, to),
    noteLogin: async (id, now) => writer.run('noteLogin', id, now),
    remove: async id => writer.run('removeUser', id),
    page: async query => reader.read(db => userPage(db, query)),
    count: async (filter, atMost = Number.MAX_SAFE_INTEGER) => reader.read(db => countUsers(db, filter, atMost)),
    highestHashCosts: async () => reader.read(highestHashCosts)
  }
}
