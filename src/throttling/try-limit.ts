// So many tries of one key in any 15 minutes, counted in the store before they are made.
//
// Windows stand still on the clock; a try counts with all those of its own window and of the one before, so that no 15 minutes hold
// more than the limit (a single window would let twice as many through around its edge). Refused tries count too: who goes on
// hammering stays out. One write and one read a try.
import type { Clock } from '../clock.js'
import type { CounterStore } from '../stores/stores.js'

export interface TryLimitOptions { counters: CounterStore, clock: Clock, limit: number, windowSeconds: number }

export interface Try {
  /** 0: go on. Else how long it takes until a try is let through, if none is made meanwhile. */
  waitSeconds: number
  /** Takes the try back: nothing was tried. */
  undo (): Promise<void>
  /** Forgets this try and all before it. */
  clear (): Promise<void>
}

export type TryLimit = ReturnType<typeof createTryLimit>

export function createTryLimit ({ counters, clock, limit, windowSeconds }: TryLimitOptions) {
  const window = windowSeconds * 1000

  return {
    async take (key: string): Promise<Try> {
      const now = clock()
      const index = Math.floor(now.getTime() / window)
      const [own, earlier] = [`${key}/${index}`, `${key}/${index - 1}`]
      const end = new Date((index + 2) * window)
      const [{ value }, before] = await Promise.all([counters.hit(own, now, end), counters.read(earlier, now)])
      const freeAt = (value < limit ? index + 1 : index + 2) * window
      return {
        waitSeconds: value + (before?.value ?? 0) <= limit ? 0 : Math.ceil((freeAt - now.getTime()) / 1000),
        async undo () {
          await counters.hit(own, clock(), end, -1)
        },
        async clear () {
          await Promise.all([counters.clear(own), before === null ? undefined : counters.clear(earlier)])
        }
      }
    },

    async clear (key: string): Promise<void> {
      const index = Math.floor(clock().getTime() / window)
      await Promise.all([counters.clear(`${key}/${index}`), counters.clear(`${key}/${index - 1}`)])
    }
  }
}
