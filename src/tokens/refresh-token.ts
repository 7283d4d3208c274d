// Refresh tokens: session id, counter and an HMAC over both. Nothing secret is stored, and the successor can be made again.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { parse, stringify } from 'uuid'
import { deriveKey } from '../secrets.js'

const sessionBytes = 16
const bodyBytes = sessionBytes + 4
/** 52 bytes (body and HMAC) in base64url. The last character carries four bits that must be zero: see `read`. */
const textPattern = /^[A-Za-z0-9_-]{70}$/

export interface RefreshTokens {
  /** The token of this session at this count. Throws RangeError where the counter is no unsigned 32-bit integer. */
  mint (sessionId: string, counter: number): string
  /** What a token says, or null where this service never made it in exactly this spelling. Says nothing about the session. */
  read (text: string): { sessionId: string, counter: number } | null
}

/** Refresh tokens under a key derived from `authSecret`. */
export function createRefreshTokens (authSecret: Buffer): RefreshTokens {
  const key = deriveKey(authSecret, 'refresh-token')
  const authenticate = (body: Buffer) => createHmac('sha256', key).update(body).digest()

  return {
    mint (sessionId, counter) {
      // writeUInt32BE refuses what is out of range, but cuts fractions.
      if (!Number.isInteger(counter)) throw new RangeError(`The counter ${counter} is no integer.`)
      const body = Buffer.alloc(bodyBytes)
      body.set(parse(sessionId))
      body.writeUInt32BE(counter, sessionBytes)
      return Buffer.concat([body, authenticate(body)]).toString('base64url')
    },
    read (text) {
      if (!textPattern.test(text)) return null
      const bytes = Buffer.from(text, 'base64url')
      // RFC 4648 §3.5: one token, one text. Else each would have spellings that audit and throttles do not recognise.
      if (bytes.toString('base64url') !== text) return null
      const body = bytes.subarray(0, bodyBytes)
      if (!timingSafeEqual(bytes.subarray(bodyBytes), authenticate(body))) return null
      return { sessionId: stringify(body.subarray(0, sessionBytes)), counter: body.readUInt32BE(sessionBytes) }
    }
  }
}
