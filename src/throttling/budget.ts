// What one address may ask for in all buckets together: every request counts in the general one, and in its operation's own besides.
import type { Clock } from '../clock.js'
import { createLimiter, type Limiter, type Verdict } from './limiter.js'
import { type Bucket, policies } from './policies.js'

/** What the answer is to tell: the bucket that refuses, or the operation's own. */
export interface Outcome { bucket: Bucket, verdict: Verdict }

/** Counts a request under the key of its address. Null: let through, and nothing to tell. */
export type Budget = (key: string, bucket: Bucket | undefined) => Outcome | null

export function createBudget (clock: Clock): Budget {
  const made = Object.entries(policies).map(([name, policy]) => [name, createLimiter({ ...policy, clock })])
  const limiters = Object.fromEntries(made) as Record<Bucket, Limiter>
  return (key, bucket) => {
    const overall = limiters.general.hit(key)
    if (!overall.allowed) return { bucket: 'general', verdict: overall }
    return bucket === undefined ? null : { bucket, verdict: limiters[bucket].hit(key) }
  }
}
