// What a row of the bench is: sides that are measured in one run, by turns.
import type { Bench } from './bench.js'

/** What a round can tell, and how a table calls it. Rates a second; CPU in microseconds a request; latencies and times in milliseconds. */
export const figures = {
  requestsPerSecond: 'requests/s',
  cpuMicroseconds: 'CPU µs a request',
  p50: 'p50 ms',
  p99: 'p99 ms',
  p999: 'p99.9 ms',
  maximum: 'max ms',
  logInsPerSecond: 'log-ins/s meanwhile',
  startMilliseconds: 'start to listening ms',
  idleMiB: 'idle MiB',
  loadedMiB: 'loaded MiB'
} as const
export type Figure = keyof typeof figures

export type Round = Partial<Record<Figure, number>>

/** The rounds of each side, or why it has none. */
export type Sides = Record<string, Round[] | string>

/** A side that is ready to be measured. */
export interface Lane {
  /** One round, of about `seconds`. Rejects where what was answered is not what was asked for. */
  take (seconds: number): Promise<Round>
  stop (): Promise<void>
}

export interface Side {
  name: string
  /** Left out with --quick. */
  slow?: boolean
  start (bench: Bench): Promise<Lane>
}

/** All sides beside the one. */
export const besideOne = (name: string): Row['beside'] => ({ title: name, of: () => name })

export interface Row {
  /** Lower case with hyphens: names the row on the command line and in the results. */
  name: string
  title: string
  /** What a reader must know to read the table. */
  note: string
  /** Left out with --quick. */
  slow?: boolean
  /** Nothing is warmed up before the first round. */
  cold?: boolean
  /** Seconds of load before the first round (2). */
  warmUp?: number
  /** The columns, in order; the first is drawn. */
  figures: readonly Figure[]
  /** The side that a side is compared with, and what the table calls those. */
  beside: { title: string, of: (side: string) => string }
  sides (bench: Bench): readonly Side[]
}
