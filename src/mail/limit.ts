// So many mails in any hour. Each takes a place that is free again an hour later: no window at whose edge twice as many go through.
import type { Clock } from '../clock.js'
import type { CounterStore } from '../stores/stores.js'

const hour = 3_600_000

export interface MailLimit {
  /** Takes a place under `key` and answers 0, or answers how many seconds it takes until one is free. `firstTakenUntil`:
   * a mail that nobody counted holds one place until then. */
  take (key: string, firstTakenUntil?: Date): Promise<number>
}

export interface MailLimitOptions { counters: CounterStore, clock: Clock, places: number }

export function createMailLimit ({ counters, clock, places }: MailLimitOptions): MailLimit {
  return {
    async take (key, firstTakenUntil = new Date(0)) {
      const now = clock()
      let freeAt = now.getTime() + hour
      for (let place = 0; place < places; place += 1) {
        const name = `${key}/${place}`
        let taken = place === 0 && firstTakenUntil > now ? { expiresAt: firstTakenUntil } : await counters.read(name, now)
        if (taken === null) {
          const hit = await counters.hit(name, now, new Date(now.getTime() + hour))
          if (hit.value === 1) return 0
          taken = hit
        }
        freeAt = Math.min(freeAt, taken.expiresAt.getTime())
      }
      return Math.max(1, Math.ceil((freeAt - now.getTime()) / 1000))
    }
  }
}
