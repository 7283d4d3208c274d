// The metrics of all workers in one text, each worker's with its number: summed, the counters would jump whenever one is replaced.
import { AggregatorRegistry } from 'prom-client'
import type { MetricValues } from '../workers/messages.js'

export async function textOfWorkers (workers: ReadonlyArray<readonly [worker: number, values: MetricValues]>): Promise<string> {
  const labelled = workers.map(([worker, metrics]) => metrics.map((metric) => ({
    ...metric,
    // No two of these have the same labels, so that nothing is added up.
    aggregator: 'sum' as const,
    values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker: String(worker) } }))
  })))
  return await AggregatorRegistry.aggregate(labelled as unknown as object[]).metrics()
}
