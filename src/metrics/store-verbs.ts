// Times every verb of a store and counts those that failed. The store itself knows nothing of it.
import { Counter, type Registry } from 'prom-client'
import type { Stores } from '../stores/stores.js'
import { isFailure, type Verb, wrapVerbs } from '../stores/verbs.js'
import { createDurations } from './durations.js'

const bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function createStoreMeter (registry: Registry): (stores: Stores) => Stores {
  const durations = createDurations({
    name: 'gatehouse_store_duration_seconds', help: 'Time that a verb of the store takes, failed ones included', bounds, registry
  })
  const errors = new Counter({
    name: 'gatehouse_store_errors_total',
    help: 'Verbs of the store that failed; a refusal such as email_taken is no failure',
    labelNames: ['store', 'verb'],
    registers: [registry]
  })

  function timed<V extends Verb> (store: string, verb: string, run: V): V {
    const tally = durations.tally({ store, verb })
    const failures = errors.labels(store, verb)
    failures.inc(0)
    const timedVerb = (...given: never[]): Promise<unknown> => {
      const began = performance.now()
      const answer = run(...given)
      answer.then(
        () => { tally.observe((performance.now() - began) / 1000) },
        (error: unknown) => {
          tally.observe((performance.now() - began) / 1000)
          if (isFailure(error)) failures.inc()
        }
      )
      return answer
    }
    return timedVerb as V
  }

  return (stores) => wrapVerbs(stores, timed)
}
