// How an account lies in its collection.
import { argon2Parameters, argon2Work } from '../../passwords/hash-cost.js'
import { bcryptCost, type PasswordHash } from '../../passwords/password-hash.js'
import { foldCase } from '../../text.js'
import type { NewUser, Role, User, UserName, UserPatch } from '../stores.js'
import { absent, orNull, present } from './documents.js'

export interface UserDocument {
  _id: string
  email?: string
  emailVerified: boolean
  username?: string
  usernameKey?: string
  firstName?: string
  firstNameKey?: string
  lastName?: string
  lastNameKey?: string
  phone?: string
  role: Role
  disabled: boolean
  createdAt: Date
  updatedAt: Date
  lastLoginAt?: Date
  passwordHash?: PasswordHash
  passwordVersion: number
  bcryptCost?: number
  argon2Work?: number
  /** Raised to stop a demotion that has begun (last-admin.ts). */
  fence: number
  /** The `now` of the last change of role, and the server's own time of that write, which orders the feed. */
  roleChangedAt?: Date
  roleRecordedAt?: Date
}

/** What leaves the collection when only the account is asked for. */
export const withoutSecrets = { passwordHash: 0, passwordVersion: 0, bcryptCost: 0, argon2Work: 0 } as const

/** The folded copies of names, for as many as are given. */
function keysOf ({ username, firstName, lastName }: UserPatch): { usernameKey?: string | null, firstNameKey?: string | null, lastNameKey?: string | null } {
  return {
    ...(username !== undefined && { usernameKey: orNull(username, foldCase) }),
    ...(firstName !== undefined && { firstNameKey: orNull(firstName, foldCase) }),
    ...(lastName !== undefined && { lastNameKey: orNull(lastName, foldCase) })
  }
}

/** The hash with the cost that `highestHashCosts` looks for. */
export function hashMembers (passwordHash: PasswordHash | null): { passwordHash: PasswordHash | null, bcryptCost: number | null, argon2Work: number | null } {
  return { passwordHash, bcryptCost: orNull(passwordHash, bcryptCost), argon2Work: orNull(orNull(passwordHash, argon2Parameters), argon2Work) }
}

export function toDocument ({ user, passwordHash }: NewUser): UserDocument {
  const { id, emailVerified, role, disabled, createdAt, updatedAt, email, username, firstName, lastName, phone, lastLoginAt } = user
  const optional = { email, username, firstName, lastName, phone, lastLoginAt, ...keysOf(user), ...hashMembers(passwordHash) }
  return { _id: id, emailVerified, role, disabled, createdAt, updatedAt, ...present(optional), passwordVersion: 1, fence: 0 }
}

export function toUser (document: UserDocument): User {
  return {
    id: document._id,
    email: document.email ?? null,
    emailVerified: document.emailVerified,
    username: document.username ?? null,
    firstName: document.firstName ?? null,
    lastName: document.lastName ?? null,
    phone: document.phone ?? null,
    role: document.role,
    disabled: document.disabled,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
    lastLoginAt: document.lastLoginAt ?? null
  }
}

export function byName (name: UserName): { _id: string } | { email: string } | { usernameKey: string } {
  if ('id' in name) return { _id: name.id }
  return 'email' in name ? { email: name.email } : { usernameKey: foldCase(name.username) }
}

/** The update that a patch asks for. With `roleChanges`, the same write records it for the feed. `roleBefore`: when the role was changed before,
 * where it changes again. That time grows with every change, whatever the clocks of those who make them: the latest is told by it. */
export function patchUpdate (patch: UserPatch, now: Date, roleChanges: boolean, roleBefore?: Date): object {
  const { email, emailVerified, username, firstName, lastName, phone, role, disabled } = patch
  const members = { email, emailVerified, username, firstName, lastName, phone, role, disabled, ...keysOf(patch) }
  const unset = absent(members)
  return {
    $set: { ...present(members), updatedAt: now, ...(roleChanges && { roleChangedAt: later(now, roleBefore) }) },
    ...(Object.keys(unset).length > 0 && { $unset: unset }),
    ...(roleChanges && { $currentDate: { roleRecordedAt: true } })
  }
}

function later (now: Date, before: Date | undefined): Date {
  return before === undefined ? now : new Date(Math.max(now.getTime(), before.getTime() + 1))
}
