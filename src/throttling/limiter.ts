// A limiter in memory: so many hits a window and key, by GCRA (one number a key, no edge at which a whole window's worth comes back at
// once, and who waits gets in after window / limit instead of at the window's end).
import type { Clock } from '../clock.js'
import { createRecentKeys } from '../recent-keys.js'

export interface Policy { readonly limit: number, readonly windowSeconds: number }

export interface Verdict {
  allowed: boolean
  limit: number
  /** How many more would be let through now. */
  remaining: number
  /** Until all of the limit is there again; where nothing remains, until the next one is. */
  resetSeconds: number
}

export interface Limiter { hit (key: string): Verdict }

export interface LimiterOptions extends Policy {
  clock: Clock
  /** Keys that are remembered, twice: those that count and those that are blocked. */
  maxKeys?: number
}

/** Of a step, so that sums of fractions do not cost a hit. */
const rounding = 1e-6

export function createLimiter ({ limit, windowSeconds, clock, maxKeys = 100_000 }: LimiterOptions): Limiter {
  const window = windowSeconds * 1000
  const step = window / limit
  // When each key has all of its limit again. Blocked keys live apart: a flood of fresh addresses pushes out none of them.
  const counting = createRecentKeys<number>(maxKeys)
  const blocked = createRecentKeys<number>(maxKeys)
  let everBlocked = false

  return {
    hit (key) {
      const now = clock().getTime()
      const held = everBlocked ? blocked.get(key) : undefined
      // Never further ahead than a window, also when the clock was set back.
      const fullAt = Math.min(Math.max(held ?? counting.get(key) ?? now, now), now + window)
      const room = (now + window - fullAt) / step + rounding
      if (room < 1) {
        if (held === undefined) counting.delete(key)
        everBlocked = true
        blocked.set(key, fullAt)
        return { allowed: false, limit, remaining: 0, resetSeconds: seconds((1 - room) * step) }
      }
      if (held !== undefined) blocked.delete(key)
      counting.set(key, fullAt + step)
      const remaining = Math.floor(room) - 1
      return { allowed: true, limit, remaining, resetSeconds: seconds(remaining === 0 ? (2 - room) * step : fullAt + step - now) }
    }
  }
}

const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000))
