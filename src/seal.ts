// Sealing: what the store keeps but must not be able to read. AES-256-GCM with a key for one purpose.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKey } from './secrets.js'

export interface Sealer {
  /** The text, encrypted and bound to `context` (e.g. a key id): it opens under the same context only. */
  seal (plain: string, context: string): string
  /** Throws an Error where the text is none of `seal`, or was sealed with another AUTH_SECRET, purpose or context. */
  open (sealed: string, context: string): string
}

const format = 1
const nonceBytes = 12
const tagBytes = 16

/** Sealed text: base64url of format byte 1, nonce, ciphertext, tag. Nonces are random: at most 2^32 texts a key (NIST SP 800-38D §8.3). */
export function createSealer (authSecret: Buffer, purpose: string): Sealer {
  const key = deriveKey(authSecret, `seal/${purpose}`)

  function seal (plain: string, context: string): string {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context))
    const encrypted = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(format), nonce, encrypted, cipher.getAuthTag()]).toString('base64url')
  }

  function open (sealed: string, context: string): string {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes[0] !== format || bytes.length < 1 + nonceBytes + tagBytes) throw new Error('This is not a sealed text, or one of a later format.')
    const nonce = bytes.subarray(1, 1 + nonceBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes))
    const plain = decipher.update(bytes.subarray(1 + nonceBytes, -tagBytes))
    try {
      return Buffer.concat([plain, decipher.final()]).toString('utf8')
    } catch {
      throw new Error('A sealed text does not open: AUTH_SECRET is another one than it was sealed with, or the text was changed.')
    }
  }

  return { seal, open }
}
