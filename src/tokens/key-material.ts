// Makes the keys that sign access tokens, and reads them back from the JWKs they are kept as.
import { createHash, createPrivateKey, createPublicKey, createSecretKey, type ED25519KeyPairOptions, generateKeyPairSync, type JsonWebKey, type KeyObject, randomBytes } from 'node:crypto'
import type { KeyAlgorithm } from '../stores/stores.js'

/** A public key as the key set tells it (RFC 7517 §4). */
export interface PublicJwk { kty: string, crv: string, x: string, y?: string, use: 'sig', alg: KeyAlgorithm, kid: string }

export interface KeyMaterial {
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly privateKey: KeyObject
  /** The secret itself for HS256. */
  readonly publicKey: KeyObject
  /** Null for HS256: there is nothing to publish. */
  readonly publicJwk: PublicJwk | null
}

/** Key pairs are taken as bytes and read again: to export as a JWK the very object that Node has generated can stop the process for good. The
 * export holds the key's lock, and when garbage is collected in its midst, what generated the key waits for that lock to go. */
const encoded: ED25519KeyPairOptions<'der', 'der'> = { publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'der' } }

/** A new private (or secret) JWK. HS256: 256 random bits (RFC 7518 §3.2). */
export function generatePrivateJwk (algorithm: KeyAlgorithm): JsonWebKey {
  if (algorithm === 'HS256') return { kty: 'oct', k: randomBytes(32).toString('base64url') }
  const { privateKey } = algorithm === 'EdDSA' ? generateKeyPairSync('ed25519', encoded) : generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoded })
  return createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
}

const shapes: Record<KeyAlgorithm, { kty: string, crv?: string }> = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  ES256: { kty: 'EC', crv: 'P-256' },
  HS256: { kty: 'oct' }
}

/** The keys of a private JWK. Throws where it is no key of this algorithm. The public half is derived, never taken on trust from elsewhere. */
export function keyMaterial (algorithm: KeyAlgorithm, jwk: JsonWebKey): KeyMaterial {
  const { kty: type, crv: curve } = shapes[algorithm]
  if (jwk.kty !== type || jwk.crv !== curve) throw new Error(`This is no ${algorithm} key.`)
  const kid = thumbprint(jwk)
  if (algorithm === 'HS256') {
    const secret = createSecretKey(String(jwk.k), 'base64url')
    return { kid, algorithm, privateKey: secret, publicKey: secret, publicJwk: null }
  }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const publicKey = createPublicKey(privateKey)
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as { kty: string, crv: string, x: string, y?: string }
  return { kid, algorithm, privateKey, publicKey, publicJwk: { kty, crv, x, ...(y !== undefined && { y }), use: 'sig', alg: algorithm, kid } }
}

/** RFC 7638 §3: SHA-256 over the required members alone, in lexicographic order (OKP: RFC 8037 §2). */
export function thumbprint ({ kty, crv, x, y, k }: JsonWebKey): string {
  const required = kty === 'oct' ? { k, kty } : kty === 'OKP' ? { crv, kty, x } : { crv, kty, x, y }
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url')
}
