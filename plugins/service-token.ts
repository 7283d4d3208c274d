// Tokens that a program of the operator's shows, as the configuration sets them: METRICS_TOKEN, REVOCATIONS_TOKEN.
import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether a text is this token. Digests are compared: they are of one length whatever was sent, and take one time. */
export function createTokenCheck (token: string): (given: string) => boolean {
  const expected = digest(token)
  return (given) => timingSafeEqual(digest(given), expected)
}
