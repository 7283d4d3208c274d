// The gate in front of every verb: shut until the indexes are in place, shut again when the connection is lost, never waiting long.
import { setTimeout as sleep } from 'node:timers/promises'
import { isLoss, toServiceError, unavailable } from './errors.js'
import { timing } from './timing.js'

export interface StoreLogger {
  info (details: object, message: string): void
  warn (details: object, message: string): void
}

export interface Gate {
  /** Does `work` when the gate is open; rejects with the service's own errors, after `withinMs` (that of a verb) at the latest. */
  run<T> (work: () => Promise<T>, withinMs?: number): Promise<T>
  /** Ends the background work and waits for what is under way. */
  close (): Promise<void>
}

/**
 * Tries `prepare` in the background until it succeeds. Until then work is refused: a unique index that is not there protects
 * nothing. A lost connection starts this anew, because the server that answers next may be another, empty one. Only the
 * first try is waited for; after a failed one work is refused at once.
 */
export function createGate (prepare: () => Promise<void>, logger?: StoreLogger, retryMs: number = timing.retryMs, verbMs: number = timing.verbMs): Gate {
  const stop = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  let open = false
  let failure: unknown
  let preparing = Promise.resolve()
  let firstTry = Promise.resolve()

  function start (): void {
    open = false
    failure = undefined
    firstTry = new Promise(resolve => { preparing = keepTrying(resolve) })
  }

  async function keepTrying (tried: () => void): Promise<void> {
    while (!stop.signal.aborted && !open) {
      try {
        await prepare()
        open = true
        logger?.info({ engine: 'mongodb' }, 'store ready')
      } catch (error) {
        if (failure === undefined) logger?.warn({ engine: 'mongodb', err: error }, 'store unavailable')
        failure = error
      }
      tried()
      if (!open) await sleep(retryMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
    }
    tried()
  }

  async function through<T> (work: () => Promise<T>): Promise<T> {
    if (stop.signal.aborted) throw unavailable(new Error('the store has been closed'))
    if (!open && failure === undefined) await firstTry
    if (!open) throw unavailable(failure)
    try {
      return await work()
    } catch (error) {
      if (isLoss(error) && open) start()
      throw toServiceError(error)
    }
  }

  start()
  return {
    run (work, withinMs = verbMs) {
      const answer = through(work)
      underWay.add(answer)
      const forget = (): void => { underWay.delete(answer) }
      answer.then(forget, forget)
      return before(answer, withinMs)
    },
    async close () {
      stop.abort()
      await Promise.allSettled([preparing, ...underWay])
    }
  }
}

// The driver's own time-outs add up (a choice of server, a socket, a second try); the caller is told before that.
async function before<T> (answer: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(unavailable(new Error(`no answer within ${withinMs} ms`))) }, withinMs)
  })
  return Promise.race([answer, late]).finally(() => { clearTimeout(timer) })
}

type Verb = (...input: unknown[]) => Promise<unknown>

/** The same store with every verb behind the gate. */
export function guardVerbs<Store extends object> (store: Store, gate: Gate): Store {
  const guarded: Record<string, Verb> = {}
  for (const [name, verb] of Object.entries(store) as Array<[string, Verb]>) {
    const withinMs = name === 'insertMany' ? timing.bulkMs : undefined
    guarded[name] = (...input) => gate.run(() => verb(...input), withinMs)
  }
  return guarded as Store
}
