// Accounts as rows.
import { foldCase } from '../../text.js'
import { bcryptCost, type PasswordHash } from '../../passwords/password-hash.js'
import type { Credentials, NewUser, Role, User, UserName } from '../stores.js'
import type { Value } from './connection.js'
import { bit, instant, instantOrNull, milliseconds } from './values.js'

export interface UserRow {
  id: string
  email: string | null
  email_verified: number
  username: string | null
  first_name: string | null
  last_name: string | null
  phone: string | null
  role: Role
  disabled: number
  created_at: number
  updated_at: number
  last_login_at: number | null
}

export interface CredentialsRow extends UserRow { password_hash: PasswordHash | null, password_version: number }

/** All but what belongs to the password. */
export const userColumns = 'id, email, email_verified, username, first_name, last_name, phone, role, disabled, created_at, updated_at, last_login_at'

export function userOf (row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.email_verified === 1,
    username: row.username,
    firstName: row.first_name,
    lastName: row.last_name,
    phone: row.phone,
    role: row.role,
    disabled: row.disabled === 1,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
    lastLoginAt: instantOrNull(row.last_login_at)
  }
}

export function credentialsOf (row: CredentialsRow): Credentials {
  return { user: userOf(row), passwordHash: row.password_hash, passwordVersion: row.password_version }
}

/** The columns that follow from the account alone, by name. */
export function userValues (user: User): Record<string, Value> {
  return {
    id: user.id,
    email: user.email,
    email_verified: bit(user.emailVerified),
    username: user.username,
    username_folded: folded(user.username),
    first_name: user.firstName,
    first_name_folded: folded(user.firstName),
    last_name: user.lastName,
    last_name_folded: folded(user.lastName),
    phone: user.phone,
    role: user.role,
    disabled: bit(user.disabled),
    created_at: user.createdAt.getTime(),
    updated_at: user.updatedAt.getTime(),
    last_login_at: milliseconds(user.lastLoginAt)
  }
}

/** All columns but the version of the password. */
export function newUserValues ({ user, passwordHash }: NewUser): Record<string, Value> {
  return { ...userValues(user), password_hash: passwordHash, bcrypt_cost: passwordHash === null ? null : bcryptCost(passwordHash) }
}

/** The condition that a name means, and its one parameter. */
export function whereName (name: UserName): { where: string, parameter: string } {
  if ('id' in name) return { where: 'id = ?', parameter: name.id }
  if ('email' in name) return { where: 'email = ?', parameter: name.email }
  return { where: 'username_folded = ?', parameter: foldCase(name.username) }
}

function folded (text: string | null): string | null {
  return text === null ? null : foldCase(text)
}
