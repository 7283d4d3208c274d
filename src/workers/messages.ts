// What primary and workers say to each other, in structured clones: infinite numbers get across too.
import type { MetricObjectWithValues, MetricValue } from 'prom-client'
import type { Outcome } from '../throttling/budget.js'
import type { Bucket } from '../throttling/policies.js'

/** What one process has counted, as prom-client tells it. */
export type MetricValues = ReadonlyArray<MetricObjectWithValues<MetricValue<string>>>

export type FromWorker =
  | { kind: 'serving' }
  /** Requests to be counted, of one turn of the worker's loop. */
  | { kind: 'count', requests: ReadonlyArray<readonly [id: number, key: string, bucket: Bucket | null]> }
  | { kind: 'gather', id: number }
  | { kind: 'metrics', id: number, values: MetricValues }

export type FromPrimary =
  | { kind: 'counted', outcomes: ReadonlyArray<readonly [id: number, outcome: Outcome | null]> }
  | { kind: 'tell_metrics', id: number }
  | { kind: 'gathered', id: number, workers: ReadonlyArray<readonly [worker: number, values: MetricValues]> }
  /** End, as at SIGTERM. */
  | { kind: 'stop' }
  /** Another has taken the place: let the clients go, then end. */
  | { kind: 'retire' }
