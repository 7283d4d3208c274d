// The workers' places: one process in each, another in its stead when it dies, with pauses that grow while none gets far.
import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import type { FromPrimary, FromWorker } from './messages.js'

/** In milliseconds; who has served for `steadyAfter` has not died at once. */
export interface Pauses { first: number, longest: number, steadyAfter: number }
const usualPauses: Pauses = { first: 500, longest: 30_000, steadyAfter: 10_000 }
const cannotStart = 'a worker could not be started'

interface Place {
  number: number
  worker: Worker | null
  failures: number
  timer?: NodeJS.Timeout
  /** Another is on its way here already: who dies meanwhile needs no second one. */
  renewing: boolean
}

/** A worker, by the number of its place. */
export interface Member { place: number, tell (message: FromPrimary): void }

export interface Crew {
  /** Starts the first and, once it serves, the others. False where the first has ended before. */
  start (): Promise<boolean>
  /** Place by place, starts another and lets the old one go when it serves. Stops where one does not come so far. */
  renew (): Promise<void>
  /** Resolves once all have ended; true where each did so by itself, without a fault. Those that take longer than `limit` milliseconds are killed. */
  stop (limit: number): Promise<boolean>
  /** Those that serve now. */
  serving (): Member[]
}

export interface CrewOptions {
  count: number
  logger: Pick<Logger, 'info' | 'error'>
  onMessage: (message: FromWorker, answer: (message: FromPrimary) => void) => void
  /** Who takes longer to let its clients go, in milliseconds, is killed. */
  retireLimit: number
  pauses?: Pauses
}

export function createCrew ({ count, logger, onMessage, retireLimit, pauses = usualPauses }: CrewOptions): Crew {
  const places: Place[] = Array.from({ length: count }, (_, index) => ({ number: index + 1, worker: null, failures: 0, renewing: false }))
  /** Those whose end is no surprise. */
  const expected = new WeakSet<Worker>()
  /** All that there are, also those that have not come to serve yet. */
  const living = new Set<Worker>()
  /** Those that do not hear messages yet. */
  const starting = new WeakSet<Worker>()
  let stopping = false

  /** Who has died, or dies now, need not hear it: without the callback a failed write would be thrown, and end the primary. */
  const tellWorker = (worker: Worker, message: FromPrimary): void => { if (worker.isConnected()) worker.send(message, () => undefined) }

  function serving (): Member[] {
    return places.flatMap(({ number, worker }) => worker === null ? [] : [{ place: number, tell: (message) => { tellWorker(worker, message) } }])
  }

  /** One that serves; null where it could not be started or has ended before. */
  async function launch (): Promise<Worker | null> {
    const worker = fork()
    if (worker === null) return null
    living.add(worker)
    starting.add(worker)
    const serves = await new Promise<boolean>((resolve) => {
      const gone = (): void => {
        living.delete(worker)
        resolve(false)
      }
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'serving') resolve(true)
        else onMessage(message, (answer) => { tellWorker(worker, answer) })
      })
      worker.once('exit', gone)
      // Without a listener an error ends the primary: Node's own answers to one that dies fail, too. Its end is told all the same, unless
      // there never was a process.
      worker.on('error', (err) => {
        if (worker.process.pid !== undefined) return
        logger.error({ err }, cannotStart)
        // The channel to nobody would stay open.
        if (worker.isConnected()) worker.process.disconnect()
        gone()
      })
    })
    starting.delete(worker)
    return serves ? worker : null
  }

  /** What is wrong with the program or the limits comes as an event later, what the system lacks at once. */
  function fork (): Worker | null {
    try {
      return cluster.fork()
    } catch (err) {
      logger.error({ err }, cannotStart)
      return null
    }
  }

  /** Puts a worker that serves into its place, and sees to it that another follows when it dies. */
  function seat (place: Place, worker: Worker): void {
    const since = performance.now()
    place.worker = worker
    worker.once('exit', (code: number | null, signal: string | null) => {
      if (expected.has(worker) || stopping) return
      logger.error({ worker: place.number, code, signal }, 'a worker died; another takes its place')
      place.worker = null
      if (place.renewing) return
      if (performance.now() - since > pauses.steadyAfter) place.failures = 0
      replaceLater(place)
    })
  }

  function replaceLater (place: Place): void {
    const pause = Math.min(pauses.longest, pauses.first * 2 ** place.failures)
    place.failures += 1
    place.timer = setTimeout(() => { void replace(place) }, pause)
  }

  async function replace (place: Place): Promise<void> {
    const worker = await launch()
    if (worker !== null) {
      seat(place, worker)
    } else if (!stopping) {
      logger.error({ worker: place.number }, 'a worker did not come to serve; trying again')
      replaceLater(place)
    }
  }

  async function end (worker: Worker, message: FromPrimary, limit: number): Promise<boolean> {
    if (!living.has(worker)) return true
    expected.add(worker)
    const clean = new Promise<boolean>((resolve) => { worker.once('exit', (code: number, signal: string | null) => { resolve(code === 0 || signal === 'SIGTERM') }) })
    const bound = setTimeout(() => { worker.process.kill('SIGKILL') }, limit)
    if (starting.has(worker)) worker.process.kill('SIGTERM')
    else tellWorker(worker, message)
    await clean
    clearTimeout(bound)
    return await clean
  }

  /** False where the new one did not come to serve. */
  async function renewOne (place: Place, old: Worker): Promise<boolean> {
    place.renewing = true
    const worker = await launch()
    place.renewing = false
    if (worker !== null) {
      seat(place, worker)
      await end(old, { kind: 'retire' }, retireLimit)
    } else if (!stopping) {
      logger.error({ worker: place.number }, 'a new worker did not come to serve; the old ones stay')
      if (place.worker === null) replaceLater(place)
    }
    return worker !== null
  }

  return {
    async start () {
      const [first, ...others] = places as [Place, ...Place[]]
      // File, tables and keys are made by one; the others find them.
      const worker = await launch()
      if (worker === null || stopping) return stopping
      seat(first, worker)
      await Promise.all(others.map(replace))
      if (serving().length === count) logger.info({ workers: count }, 'all workers serve')
      return true
    },

    async renew () {
      for (const place of places) {
        if (stopping) return
        const old = place.worker
        // Between two lives: the next one is new anyway.
        if (old === null) continue
        if (!await renewOne(place, old)) return
      }
      logger.info({ workers: count }, 'all workers are new')
    },

    async stop (limit) {
      stopping = true
      for (const { timer } of places) clearTimeout(timer)
      const clean = await Promise.all([...living].map(async (worker) => await end(worker, { kind: 'stop' }, limit)))
      return clean.every(Boolean)
    },

    serving
  }
}
