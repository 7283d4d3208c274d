// Carries what other processes revoked from the store into this process's deny-list.
import type { Clock } from '../clock.js'
import type { RevocationStore } from '../stores/stores.js'
import type { DenyList } from './deny-list.js'
import type { TokenLog } from './log.js'
import { clockSkewSeconds } from './signing-keys.js'

/** So many are read at once: what many took minutes to revoke is no single long read. */
const pageSize = 1000

export interface RevocationFeedOptions {
  store: Pick<RevocationStore, 'page'>
  denyList: DenyList
  /** Within this time a revocation is to be known here. */
  pollMilliseconds: number
  /** The longest life of any access token: older revocations need not be read. */
  accessTokenSeconds: number
  clock: Clock
  logger?: TokenLog
}

export interface RevocationFeed {
  /** Begins to poll; resolves when the first attempt is over, whether or not it succeeded. Starting twice is a no-op. */
  start (): Promise<void>
  /** Ends polling, after the reading that is under way. */
  stop (): Promise<void>
  /** Whether all that counts has been read once. Until then nobody can be let in. */
  readonly ready: boolean
  /** How long ago the last reading that succeeded began; before the first, Infinity. */
  lagMilliseconds (): number
}

/** A feed that goes on from its cursor whatever happens to the store. */
export function createRevocationFeed ({ store, denyList, pollMilliseconds, accessTokenSeconds, clock, logger }: RevocationFeedOptions): RevocationFeed {
  let cursor: string | null = null
  let succeededAt = Number.NEGATIVE_INFINITY
  let failing = false
  let running = false
  let timer: NodeJS.Timeout | undefined
  let reading: Promise<void> = Promise.resolve()

  async function read (): Promise<void> {
    const began = performance.now()
    const notBefore = new Date(clock().getTime() - (accessTokenSeconds + clockSkewSeconds) * 1000)
    for (let more = true; more;) {
      if (!running) return
      const told = await store.page(cursor, notBefore, pageSize)
      for (const revocation of told.revocations) denyList.add(revocation)
      cursor = told.cursor
      more = told.more
    }
    succeededAt = began
  }

  async function poll (): Promise<void> {
    try {
      await read()
      if (failing) logger?.info({}, 'reading revocations again')
      failing = false
    } catch (error) {
      // Once, not at every poll. Tokens go on counting by what is known: a store that is down records no revocations either.
      if (!failing) logger?.warn({ err: error }, 'could not read revocations; trying again')
      failing = true
    }
    // Half the promise, so that what was written just after one reading is known in time. Only after this one: no overlap.
    if (running) timer = setTimeout(() => { reading = poll() }, pollMilliseconds / 2).unref()
  }

  return {
    get ready () { return succeededAt > Number.NEGATIVE_INFINITY },
    lagMilliseconds: () => performance.now() - succeededAt,
    start () {
      if (!running) {
        running = true
        reading = poll()
      }
      return reading
    },
    async stop () {
      running = false
      clearTimeout(timer)
      await reading
    }
  }
}
