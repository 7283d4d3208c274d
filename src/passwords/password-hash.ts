// The type of a stored password hash, branded so that a plain password cannot be put in its place.

declare const brand: unique symbol
/** A PHC string of argon2id, or a bcrypt hash `$2a$ $2b$ $2y$` that was brought along. */
export type PasswordHash = string & { readonly [brand]: 'PasswordHash' }

const argon2id = /^\$argon2id\$v=19\$m=[1-9]\d{0,8},t=[1-9]\d{0,5},p=[1-9]\d{0,2}\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}$/
const bcrypt = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/

/** The text as a password hash, or null where it is none that can be verified here. */
export function asPasswordHash (text: string): PasswordHash | null {
  return argon2id.test(text) || bcrypt.test(text) ? text as PasswordHash : null
}

/** The cost of a bcrypt hash (log2 of its rounds), or null for any other. */
export function bcryptCost (hash: PasswordHash): number | null {
  const cost = bcrypt.exec(hash)?.[1]
  return cost === undefined ? null : Number(cost)
}
