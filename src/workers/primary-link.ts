// A worker's side of the talk with the primary.
import { ServiceError } from '../errors.js'
import type { Outcome } from '../throttling/budget.js'
import type { Bucket } from '../throttling/policies.js'
import type { FromPrimary, FromWorker, MetricValues } from './messages.js'

export interface Primary {
  /** Counts a request in the budget of all workers. `done` gets `busy` where the primary does not answer in time: nobody passes uncounted. */
  count (key: string, bucket: Bucket | undefined, done: (error: Error | null, outcome: Outcome | null) => void): void
  /** What every worker has counted, by the number of its place. Rejects with `busy` where the primary does not answer in time. */
  gatherMetrics (): Promise<ReadonlyArray<readonly [worker: number, values: MetricValues]>>
  /** Answers with `tell` whenever the primary asks what this worker has counted. */
  onMetricsAsked (tell: () => Promise<MetricValues>): void
}

export interface Channel {
  send (message: FromWorker): void
  onMessage (listener: (message: FromPrimary) => void): void
}

/** The primary does next to nothing: where it is silent for so long it is stuck, or there is no processor left for it. */
const patience = 3000

export function createPrimaryLink ({ send, onMessage }: Channel, patienceMilliseconds = patience): Primary {
  const waiting = new Map<number, (error: Error | null, answer: unknown) => void>()
  let batch: Array<readonly [id: number, key: string, bucket: Bucket | null]> = []
  let ids = 0
  let tell: (() => Promise<MetricValues>) | undefined

  function settle (id: number, error: Error | null, answer: unknown): void {
    waiting.get(id)?.(error, answer)
    waiting.delete(id)
  }

  function expire (numbers: readonly number[]): void {
    const cause = new Error('The primary does not answer.')
    setTimeout(() => { for (const id of numbers) settle(id, new ServiceError('busy', { cause }), null) }, patienceMilliseconds).unref()
  }

  /** One message for all that came in one turn of the loop: a message costs more than what is in it. */
  function flush (): void {
    send({ kind: 'count', requests: batch })
    expire(batch.map(([id]) => id))
    batch = []
  }

  onMessage((message) => {
    if (message.kind === 'counted') for (const [id, outcome] of message.outcomes) settle(id, null, outcome)
    if (message.kind === 'gathered') settle(message.id, null, message.workers)
    if (message.kind === 'tell_metrics') void tell?.().then((values) => { send({ kind: 'metrics', id: message.id, values }) })
  })

  return {
    count (key, bucket, done) {
      waiting.set(ids += 1, done as (error: Error | null, answer: unknown) => void)
      if (batch.length === 0) setImmediate(flush)
      batch.push([ids, key, bucket ?? null])
    },
    async gatherMetrics () {
      return await new Promise((resolve, reject) => {
        waiting.set(ids += 1, (error, answer) => {
          if (error === null) resolve(answer as ReadonlyArray<readonly [number, MetricValues]>)
          else reject(error)
        })
        send({ kind: 'gather', id: ids })
        expire([ids])
      })
    },
    onMetricsAsked (how) { tell = how }
  }
}
