// Which refusals that anybody can bring about are worth a line of the audit log: one a key and window, and never more in all than the
// log can bear. Whoever floods the service is not to flood the log with it.
import type { Clock } from '../clock.js'
import { createLimiter } from './limiter.js'

/** One line for a key in so many seconds. */
export const noteWindowSeconds = 15 * 60
/** Lines a minute for all keys together: a flood from ever new addresses is told by the first of them. */
export const notesAMinute = 30

export interface BoundedNotes {
  /** Whether a refusal under `key` is to be told; true at most once a window. */
  take (key: string): boolean
}

export function createBoundedNotes (clock: Clock): BoundedNotes {
  const ofKey = createLimiter({ limit: 1, windowSeconds: noteWindowSeconds, clock, maxKeys: 10_000 })
  const ofAll = createLimiter({ limit: notesAMinute, windowSeconds: 60, clock, maxKeys: 2 })
  return { take: (key) => ofKey.hit(key).allowed && ofAll.hit('all').allowed }
}
