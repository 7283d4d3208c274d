// The limiters of addresses, one a bucket. Apart from what counts in them (throttle.ts), so that every server of the process counts in
// the same ones: an address that may ask so much does not get it once more on each port.
import { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createLimiter, type Limiter } from '../src/throttling/limiter.js'
import { type Bucket, policies } from '../src/throttling/policies.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null: nothing is counted (THROTTLE=off). */
    readonly limiters: Readonly<Record<Bucket, Limiter>> | null
  }
}

const off = 'THROTTLE is off: one address may ask as much as it likes. Only for load tests.'

export default fp(async function limiters (app: FastifyInstance) {
  if (!app.config.throttle) app.warnOperator(off)
  app.decorate('limiters', app.config.throttle ? createLimiters(app) : null)
}, { name: 'limiters', dependencies: ['context', 'warnings'] })

function createLimiters ({ clock }: FastifyInstance): Record<Bucket, Limiter> {
  const made = Object.entries(policies).map(([name, policy]) => [name, createLimiter({ ...policy, clock })])
  return Object.fromEntries(made) as Record<Bucket, Limiter>
}
