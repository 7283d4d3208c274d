// Tokens that were mailed, and the ring of keys that signs the others.

export type TokenPurpose = 'password_reset' | 'email_verification' | 'email_change'

/** A token that was mailed: only its digest is kept. */
export interface OneTimeToken {
  /** SHA-256 of the token, lower-case hex. Unique. */
  hash: string
  purpose: TokenPurpose
  userId: string
  /** The address that the token proves; null where it proves none. */
  email: string | null
  createdAt: Date
  expiresAt: Date
}

export interface OneTimeTokenStore {
  insert (token: OneTimeToken): Promise<void>
  /** The token while it can be used at `now`, or null. Consumes nothing. */
  find (hash: string, purpose: TokenPurpose, now: Date): Promise<OneTimeToken | null>
  /** Takes the token away and answers it; null where there is none for this purpose or it has expired at `now`. Of any
   * number of callers, exactly one gets it. */
  consume (hash: string, purpose: TokenPurpose, now: Date): Promise<OneTimeToken | null>
  /** Removes all tokens of the user for this purpose. Answers how many. */
  removeFor (userId: string, purpose: TokenPurpose): Promise<number>
}

export const keyAlgorithms = ['EdDSA', 'ES256', 'HS256'] as const
export type KeyAlgorithm = typeof keyAlgorithms[number]

/** A key of the ring. The store sees the secret part only sealed (src/seal.ts). */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  kid: string
  algorithm: KeyAlgorithm
  /** The public JWK; null for HS256. */
  publicJwk: Record<string, string> | null
  /** The private (or secret) JWK, sealed with a key derived from AUTH_SECRET. */
  sealedPrivateJwk: string
  createdAt: Date
  /** From when on it signs: a key is published before it is used. */
  signsFrom: Date
  /** From when on nothing it signed counts; null while it has no end. */
  retiresAt: Date | null
}

export interface SigningKeyStore {
  /** All keys, oldest first. */
  list (): Promise<SigningKey[]>
  /** No-op where the kid is there already. */
  insert (key: SigningKey): Promise<void>
  /** Sets when it retires; false where there is no such key. */
  setRetiresAt (kid: string, retiresAt: Date | null): Promise<boolean>
  remove (kid: string): Promise<boolean>
}
