// Counters with an end, for throttling.
import type { Collection } from 'mongodb'
import type { CounterStore } from '../stores.js'
import { unavailable } from './errors.js'
import { insertIfAbsent } from './insert-rows.js'
import { bounded } from './timing.js'

export interface CounterDocument { _id: string, value: number, expiresAt: Date }
type Counter = Pick<CounterDocument, 'value' | 'expiresAt'>

const tries = 20

function toCounter ({ value, expiresAt }: CounterDocument): Counter {
  return { value, expiresAt }
}

export function createCounterStore (counters: Collection<CounterDocument>): CounterStore {
  const after = { returnDocument: 'after' } as const

  // No upsert: its filter would have to tell a counter that has expired from one that is not there. Three plain writes, each
  // atomic, do; the first is all that a counter which lives needs. Null: other callers came between each of them.
  async function tryHit (key: string, now: Date, expiresAt: Date, by: number): Promise<Counter | null> {
    const grown = await counters.findOneAndUpdate({ _id: key, expiresAt: { $gt: now } }, { $inc: { value: by } }, after)
    if (grown !== null) return toCounter(grown)
    if (await insertIfAbsent(counters, { _id: key, value: by, expiresAt })) return { value: by, expiresAt }
    const renewed = await counters.findOneAndUpdate({ _id: key, expiresAt: { $lte: now } }, { $set: { value: by, expiresAt } }, after)
    return renewed === null ? null : toCounter(renewed)
  }

  return {
    async hit (key, now, expiresAt, by = 1) {
      for (let turn = 0; turn < tries; turn++) {
        const counter = await tryHit(key, now, expiresAt, by)
        if (counter !== null) return counter
      }
      throw unavailable(new Error('a counter changes too fast'))
    },

    async read (key, now) {
      const counter = await counters.findOne({ _id: key, expiresAt: { $gt: now } }, bounded)
      return counter === null ? null : toCounter(counter)
    },

    async clear (key) {
      await counters.deleteOne({ _id: key })
    }
  }
}
