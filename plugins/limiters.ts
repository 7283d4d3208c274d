// Who counts what an address asks for. Apart from what acts on it (throttle.ts), so that every server of the process, and every worker
// where there are several, counts in the same budget: an address that may ask so much does not get it once more on each.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createBudget, type Outcome } from '../src/throttling/budget.js'
import type { Bucket } from '../src/throttling/policies.js'

/** Counts a request under `key`. `done` is called once, before this returns where the budget is in this process. */
export type CountRequest = (key: string, bucket: Bucket | undefined, done: (error: Error | null, outcome: Outcome | null) => void) => void

declare module 'fastify' {
  interface FastifyInstance {
    /** Null: nothing is counted (THROTTLE=off). */
    readonly countRequest: CountRequest | null
  }
}

const off = 'THROTTLE is off: one address may ask as much as it likes. Only for load tests.'

export default fp(async function limiters (app: FastifyInstance) {
  if (!app.config.throttle) app.warnOperator(off)
  app.decorate('countRequest', app.config.throttle ? app.primary?.count ?? countHere(app) : null)
}, { name: 'limiters', dependencies: ['context', 'warnings'] })

function countHere ({ clock }: FastifyInstance): CountRequest {
  const budget = createBudget(clock)
  return (key, bucket, done) => { done(null, budget(key, bucket)) }
}
