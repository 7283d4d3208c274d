// Tallies of one name, a label set each, told to prom-client as a histogram when somebody asks.
import type { Histogram, Registry } from 'prom-client'
import { createTally, type Tally } from './tally.js'

type Labels = Record<string, string>
interface Sample { metricName: string, labels: Record<string, string | number>, value: number }

export interface Durations {
  /** The tally with these labels: to be asked for once and kept, not at every observation. Two who ask count together. */
  tally (labels: Labels): Tally
}

export interface DurationsOptions {
  name: string
  help: string
  /** In seconds, ascending. */
  bounds: readonly number[]
  registry: Registry
}

export function createDurations ({ name, help, bounds, registry }: DurationsOptions): Durations {
  const tallies = new Map<string, { labels: Labels, tally: Tally }>()
  const values = (): Sample[] => [...tallies.values()].flatMap(({ labels, tally }) => samplesOf(name, labels, tally, bounds))
  const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() })
  // A registry asks its metrics for their name and for `get()` only; the types know no metric but prom-client's own.
  registry.registerMetric({ name, get } as unknown as Histogram)

  return {
    tally (labels) {
      const key = JSON.stringify(labels)
      const entry = tallies.get(key) ?? { labels, tally: createTally(bounds) }
      tallies.set(key, entry)
      return entry.tally
    }
  }
}

function samplesOf (name: string, labels: Labels, tally: Tally, bounds: readonly number[]): Sample[] {
  const bucket = (le: number | string, value: number): Sample => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value })
  return [
    ...tally.cumulative().map((value, index) => bucket(bounds[index] as number, value)),
    bucket('+Inf', tally.count),
    { metricName: `${name}_sum`, labels, value: tally.sum },
    { metricName: `${name}_count`, labels, value: tally.count }
  ]
}
