// Counters in memory that keep the contract of CounterStore, and count what they are asked.
import type { CounterStore } from '../../src/stores/stores.js'

export function createMemoryCounters () {
  const rows = new Map<string, { value: number, expiresAt: Date }>()
  const asked = { writes: 0, reads: 0 }
  function alive (key: string, now: Date) {
    const row = rows.get(key)
    return row === undefined || row.expiresAt <= now ? null : row
  }
  const counters: CounterStore = {
    hit (key, now, expiresAt, by = 1) {
      asked.writes += 1
      const before = alive(key, now)
      const row = { value: (before?.value ?? 0) + by, expiresAt: before?.expiresAt ?? expiresAt }
      rows.set(key, row)
      return Promise.resolve(row)
    },
    read (key, now) {
      asked.reads += 1
      return Promise.resolve(alive(key, now))
    },
    clear (key) {
      asked.writes += 1
      rows.delete(key)
      return Promise.resolve()
    }
  }
  return { counters, asked, keys: () => [...rows.keys()] }
}
