// The password of a foreign row: a hash that can be checked here, plain text where that is allowed, or none.
import { costFault } from '../passwords/hash-cost.js'
import { type PasswordHash, asPasswordHash } from '../passwords/password-hash.js'
import { normalizePassword } from '../passwords/policy.js'
import type { RowReader } from './row-reader.js'

type SecretField = 'password' | 'passwordHash'

export type ImportedSecret =
  | { kind: 'hash', hash: PasswordHash }
  | { kind: 'plain', password: string }
  | { kind: 'none' }

// $scheme$…, {SCHEME}…: taken for plain text, a hash would become the password.
const foreignHash = /^(\$[A-Za-z0-9-]{1,20}\$.{8}|\{[A-Za-z0-9-]+\})/

/** Field `passwordHash` must hold a hash; `password` may hold one, and plain text with `plainPasswords`. */
export function readSecret (row: RowReader<SecretField>, plainPasswords: boolean): ImportedSecret {
  const field = row.raw('passwordHash') === undefined ? 'password' : 'passwordHash'
  const value = row.raw(field)
  if (value === undefined) return { kind: 'none' }
  if (typeof value !== 'string') return refused(row, field, 'this is not a text.')
  const hash = asPasswordHash(value)
  if (hash !== null) {
    const fault = costFault(hash)
    return fault === null ? { kind: 'hash', hash } : refused(row, field, fault)
  }
  if (field === 'passwordHash' || foreignHash.test(value)) return refused(row, field, 'this is no hash that can be checked here (bcrypt $2a$ $2b$ $2y$, or argon2id).')
  if (!plainPasswords) return refused(row, field, 'this is a password in plain text, which is taken only with --plain-passwords.')
  return normalizePassword(value) === null ? refused(row, field, 'this is not well-formed Unicode text.') : { kind: 'plain', password: value }
}

function refused (row: RowReader<SecretField>, field: SecretField, reason: string): ImportedSecret {
  row.refuse(field, reason)
  return { kind: 'none' }
}
