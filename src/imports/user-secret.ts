// The password of a foreign row: a hash that can be checked here, plain text where that is allowed, or none.
import { costFault } from '../passwords/hash-cost.js'
import { type PasswordHash, asPasswordHash } from '../passwords/password-hash.js'
import { normalizePassword } from '../passwords/policy.js'
import type { RowReader } from './row-reader.js'

const secretFields = ['passwordHash', 'password'] as const
type SecretField = typeof secretFields[number]

export type ImportedSecret =
  | { kind: 'hash', hash: PasswordHash }
  | { kind: 'plain', password: string }
  | { kind: 'none' }

// $scheme$…, {SCHEME}…, and pbkdf2_sha256$…, scrypt:…$… as Django and Werkzeug write them: taken for plain text, a hash would become the password.
const foreignHash = /^(\$[A-Za-z0-9-]{1,20}\$.{8}|\{[A-Za-z0-9-]+\}|(?:pbkdf2|scrypt|bcrypt|argon2|md5|sha\d)[a-z0-9_:]*\$.{12})/

export interface SecretOptions {
  /** Take passwords in plain text; whoever imports hashes them. */
  plainPasswords: boolean
  /** Take rows that have neither a password nor a hash. */
  withoutPasswords: boolean
}

/** Field `passwordHash` must hold a hash; `password` may hold one, and plain text with `plainPasswords`. */
export function readSecret (row: RowReader<SecretField>, { plainPasswords, withoutPasswords }: SecretOptions): ImportedSecret {
  const mapped = secretFields.flatMap(field => row.mapped(field) ?? [])
  // A name with a slip in it would make accounts without passwords, which a second run does not mend.
  if (mapped.length > 0 && !mapped.some(({ isThere }) => isThere)) return without(row, `The row has no member ${mapped.map(({ member }) => `"${member}"`).join(' or ')}, which --map names. One without a password says so by null or an empty text.`)
  const field = row.raw('passwordHash') === undefined ? 'password' : 'passwordHash'
  const value = row.raw(field)
  if (value === undefined) return withoutPasswords ? { kind: 'none' } : without(row, 'The row has neither a password nor a hash of one. Accounts without are taken only with --without-passwords; their owners set one by a reset link.')
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

function without (row: RowReader<SecretField>, reason: string): ImportedSecret {
  row.reasons.push(reason)
  return { kind: 'none' }
}

function refused (row: RowReader<SecretField>, field: SecretField, reason: string): ImportedSecret {
  row.refuse(field, reason)
  return { kind: 'none' }
}
