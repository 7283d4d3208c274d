// Keys for single purposes, all derived from the one AUTH_SECRET, so that a leak of one tells nothing about the others.
import { hkdfSync } from 'node:crypto'

/** HKDF-SHA256 (RFC 5869) of the secret with the info `gatehouse/<purpose>`. */
export function deriveKey (authSecret: Buffer, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', authSecret, '', `gatehouse/${purpose}`, bytes))
}
