// A foreign row as an account: the usual names of members, old roles, and what is wrong with it.
import { PersonName, Phone } from '../schemas/fields.js'
import { type Role, type User, roles } from '../stores/stores.js'
import { canonicalEmail, canonicalUsername } from '../text.js'
import type { FieldMap } from './map-fields.js'
import { type RowReader, createRowReader } from './row-reader.js'
import { type ImportedSecret, type SecretOptions, readSecret } from './user-secret.js'

/** The fields, each with its usual names. */
export const userAliases = {
  id: ['id'],
  email: ['email', 'Email', 'mail'],
  username: ['username', 'userName', 'UserName'],
  password: ['password', 'Password'],
  passwordHash: ['passwordHash', 'hash'],
  firstName: ['firstName'],
  lastName: ['lastName'],
  phone: ['phone'],
  role: ['role'],
  emailVerified: ['emailVerified'],
  disabled: ['disabled'],
  createdAt: ['createdAt'],
  updatedAt: ['updatedAt'],
  lastLoginAt: ['lastLoginAt']
} as const

type UserReader = RowReader<keyof typeof userAliases>

/** The fields that a map may name. */
export const userFields: readonly string[] = Object.keys(userAliases)

export interface UserRowOptions extends SecretOptions {
  /** `createdAt` of rows that tell none. */
  now: Date
}

export type UserFromRow =
  | { user: User, secret: ImportedSecret, reasons?: never }
  | { user?: never, secret?: never, reasons: string[] }

/** The account in the row, or every reason why it is none. */
export function userFromRow (row: Readonly<Record<string, unknown>>, map: FieldMap, { now, ...secrets }: UserRowOptions): UserFromRow {
  const reader = createRowReader(row, userAliases, map)
  const names = readNames(reader)
  const createdAt = reader.createdAt(now)
  const secret = readSecret(reader, secrets)
  const user: User = {
    id: reader.id(),
    ...names,
    emailVerified: reader.flag('emailVerified') && names.email !== null,
    firstName: reader.text('firstName', PersonName),
    lastName: reader.text('lastName', PersonName),
    phone: reader.text('phone', Phone),
    role: readRole(reader),
    disabled: reader.flag('disabled'),
    createdAt,
    updatedAt: reader.time('updatedAt') ?? createdAt,
    lastLoginAt: reader.time('lastLoginAt')
  }
  return reader.reasons.length > 0 ? { reasons: reader.reasons } : { user, secret }
}

/** A username that is an e-mail address (no username has an @) is the e-mail, where the row has no other. */
function readNames (reader: UserReader): Pick<User, 'email' | 'username'> {
  const email = reader.email('email')
  const username = reader.text('username')
  if (username === null) {
    if (reader.missing('email')) reader.reasons.push('The row has neither an e-mail address nor a username.')
    return { email, username }
  }
  const named = canonicalEmail(username)
  if (named !== null && (named === email || reader.missing('email'))) return { email: named, username: null }
  if (canonicalUsername(username) === null) reader.refuse('username', 'this is not 3 to 64 of A-Z a-z 0-9 . _ and -.')
  return { email, username }
}

function readRole (reader: UserReader): Role {
  const word = reader.text('role')?.toLowerCase() ?? 'client'
  const role = roles.find(known => known === word)
  if (role === undefined) reader.refuse('role', `this is none of ${roles.join(', ')}.`)
  return role ?? 'client'
}
