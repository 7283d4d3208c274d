// Failures in a row of one key: the first ones are free; the last of them opens an interval in which none is let through, and so does
// every one that is let through after it. Intervals double with every try, refused ones too, up to a limit. Counted in the store before
// the try is made. One write a try, two in the intervals.
import type { Clock } from '../clock.js'
import type { CounterStore } from '../stores/stores.js'
import type { Try } from './try-limit.js'

export interface FailureRunOptions {
  counters: CounterStore
  clock: Clock
  /** At once, of however many. */
  freeTries: number
  longestIntervalSeconds: number
  /** A run that began longer ago is forgotten. */
  lifeSeconds: number
}

export type FailureRun = ReturnType<typeof createFailureRun>

export function createFailureRun ({ counters, clock, freeTries, longestIntervalSeconds, lifeSeconds }: FailureRunOptions) {
  /** The first to come in an interval opens the next one: the counter's own atomicity decides who that is. */
  async function waitFor (key: string, now: Date, value: number): Promise<number> {
    if (value < freeTries) return 0
    const interval = Math.min(longestIntervalSeconds, 2 ** (value - freeTries))
    const slot = await counters.hit(slotOf(key), now, after(now, interval))
    return slot.value === 1 ? 0 : Math.ceil((slot.expiresAt.getTime() - now.getTime()) / 1000)
  }

  /** The interval that the try with this number opened, if it did, is over. */
  async function closeInterval (key: string, value: number): Promise<void> {
    if (value >= freeTries) await counters.clear(slotOf(key))
  }

  return {
    async take (key: string): Promise<Try> {
      const now = clock()
      const { value, expiresAt } = await counters.hit(key, now, after(now, lifeSeconds))
      return {
        waitSeconds: await waitFor(key, now, value),
        async undo () {
          await Promise.all([counters.hit(key, clock(), expiresAt, -1), closeInterval(key, value)])
        },
        async clear () {
          // One left over by a success that nothing went before costs nobody anything; a write it would.
          if (value > 1) await Promise.all([counters.clear(key), closeInterval(key, value)])
        }
      }
    },

    /** Ends the run, if there is one. */
    async clear (key: string): Promise<void> {
      const run = await counters.read(key, clock())
      if (run !== null) await Promise.all([counters.clear(key), closeInterval(key, run.value)])
    }
  }
}

const slotOf = (key: string): string => `${key}/slot`
const after = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000)
