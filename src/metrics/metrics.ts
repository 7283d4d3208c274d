// Everything that /metrics tells, in one place: what is counted as it happens, and what is asked for when somebody looks.
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Accounts } from '../accounts.js'
import type { Stores } from '../stores/stores.js'
import type { MetricValues } from '../workers/messages.js'
import { addGauges, type Sources } from './gauges.js'
import { createLogInCounter } from './log-ins.js'
import { createRequestTallies, type NoteRequest } from './requests.js'
import { createStoreMeter } from './store-verbs.js'

export interface Metrics {
  noteRequest: NoteRequest
  /** The same stores, with every verb timed. */
  measureStores (stores: Stores): Stores
  /** The same accounts, with every log-in counted. */
  countLogIns (accounts: Accounts): Accounts
  /** Tells from now on what these say of themselves. To be called once. */
  watch (sources: Sources): void
  /** The text that Prometheus reads. */
  text (): Promise<string>
  /** The same as data, for the other workers. */
  values (): Promise<MetricValues>
  readonly contentType: string
}

export function createMetrics (): Metrics {
  // One of its own: several services in a process (the tests) do not count together.
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })

  return {
    noteRequest: createRequestTallies(registry),
    measureStores: createStoreMeter(registry),
    countLogIns: createLogInCounter(registry),
    watch: (sources) => { addGauges(registry, sources) },
    text: async () => await registry.metrics(),
    values: async () => await registry.getMetricsAsJSON() as MetricValues,
    contentType: registry.contentType
  }
}
