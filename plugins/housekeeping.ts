// Takes away what nobody needs any more, in small steps beside the requests. Several instances may do so at once.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { deviceMemoryDays } from '../src/recovery/notices.js'
import { clockSkewSeconds } from '../src/tokens/signing-keys.js'

export interface HousekeepingOptions {
  /** From the end of one round to the next: half to one and a half times this. */
  everyMilliseconds?: number
  /** Between two steps of one round. */
  pauseMilliseconds?: number
  /** Rows of each kind that one step removes at most. */
  rowsAtOnce?: number
}

const day = 86_400_000

export default fp(async function housekeeping (app: FastifyInstance, { everyMilliseconds = 60_000, pauseMilliseconds = 250, rowsAtOnce = 500 }: HousekeepingOptions) {
  const { config, stores, clock, log } = app
  // The feed tells from ended sessions and changed roles: for as long as any token could still carry them.
  const feedMilliseconds = (app.longestTokenSeconds + clockSkewSeconds) * 1000
  const sessionMilliseconds = Math.max(feedMilliseconds, deviceMemoryDays * day)
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let failing = false
  let sweeping: Promise<void> = Promise.resolve()

  /** Removes a step's worth; true where there may be more. */
  async function step (): Promise<boolean> {
    const ago = (milliseconds: number): Date => new Date(clock().getTime() - milliseconds)
    const counts = await stores.sweep(ago(feedMilliseconds), ago(config.auditRetentionDays * day), rowsAtOnce, ago(sessionMilliseconds))
    if (Object.values(counts).some((count) => count > 0)) log.debug(counts, 'swept')
    return Object.values(counts).some((count) => count >= rowsAtOnce)
  }

  async function sweep (): Promise<void> {
    let more = false
    try {
      more = await step()
      failing = false
    } catch (err) {
      // Once, not every minute: the store tells of itself.
      if (!failing) log.warn({ err }, 'could not sweep; trying again')
      failing = true
    }
    schedule(more ? pauseMilliseconds : everyMilliseconds * (0.5 + Math.random()))
  }

  /** The next step is set only when one is over: they never overlap. */
  function schedule (milliseconds: number): void {
    if (!closed) timer = setTimeout(() => { sweeping = sweep() }, milliseconds).unref()
  }

  app.addHook('onReady', async function startSweeping () {
    // Instances that start together do not sweep together.
    schedule(everyMilliseconds * Math.random())
  })

  app.addHook('onClose', async function stopSweeping () {
    closed = true
    clearTimeout(timer)
    await sweeping
  })
}, { name: 'housekeeping', dependencies: ['context', 'stores', 'tokens'] })
