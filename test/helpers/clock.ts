// A clock that stands until a test moves it. It begins at the present time, because MongoDB's TTL monitor reads its own.
import type { Clock } from '../../src/clock.js'

export interface TestClock extends Clock {
  /** Moves it on. */
  advance (seconds: number): void
}

export function createTestClock (start = new Date()): TestClock {
  let now = start.getTime()
  return Object.assign(() => new Date(now), { advance (seconds: number) { now += seconds * 1000 } })
}
