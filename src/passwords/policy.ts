// Which passwords an account may have: length and well-formed Unicode, and neither common nor the account's own name.
import { foldCase } from '../text.js'

/** The most code points a password may have. */
export const maximalLength = 256

export interface PasswordOwner { email: string | null, username: string | null }

export interface PasswordPolicyOptions {
  /** In code points. */
  minLength: number
  /** Knows the common ones in their folded form (foldCase). */
  commonPasswords: { has (folded: string): boolean }
}

export interface PasswordPolicy {
  /** A sentence that says what to change, or null where the password may be used. */
  check (password: string, owner: PasswordOwner): string | null
}

/** The form in which a password is hashed (NFC), or null where the text is not well-formed Unicode. */
export function normalizePassword (text: string): string | null {
  return /\p{Surrogate}/u.test(text) ? null : text.normalize('NFC')
}

export function createPasswordPolicy ({ minLength, commonPasswords }: PasswordPolicyOptions): PasswordPolicy {
  function check (password: string, { email, username }: PasswordOwner): string | null {
    const text = normalizePassword(password)
    if (text === null) return 'The password is not well-formed Unicode text.'
    const length = [...text].length
    if (length < minLength) return `The password needs at least ${minLength} characters.`
    if (length > maximalLength) return `The password may have at most ${maximalLength} characters.`
    const folded = foldCase(text)
    if (commonPasswords.has(folded)) return 'The password is one of the most common ones. Choose another.'
    if (email !== null && isPartOf(email, folded)) return 'The password must not be the e-mail address or the part of it before the @.'
    if (username !== null && foldCase(username) === folded) return 'The password must not be the username.'
    return null
  }
  return { check }
}

function isPartOf (email: string, folded: string): boolean {
  const whole = foldCase(email)
  return folded === whole || folded === whole.slice(0, whole.lastIndexOf('@'))
}
