// What has been measured so far, a line of JSON for each row, and the figures that are read from it.
import { openResultsFile, type ResultsFile } from '../scripts/results-file.js'
import type { Figure, Sides } from './row.js'

export interface Result {
  row: string
  at: string
  node: string
  rounds: number
  seconds: number
  /** The state of the code that was measured. */
  revision: string
  sides: Sides
}

export const openResults = (path: string): ResultsFile<Result> => openResultsFile(path, ({ row }) => row)

/** Of those that are numbers; NaN of none. */
export function median (values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2 : sorted[Math.floor(middle)] ?? Number.NaN
}

/** The median of a figure of a side; NaN where it was not measured. */
export function figureOf (result: Result | undefined, side: string, figure: Figure): number {
  const rounds = result?.sides[side]
  return rounds === undefined || typeof rounds === 'string' ? Number.NaN : median(rounds.map((round) => round[figure] ?? Number.NaN))
}

/** The median of the ratios round by round: what the machine does meanwhile happens to both sides of a round. */
export function ratioOf (result: Result | undefined, side: string, beside: string, figure: Figure): number {
  const [ours, theirs] = [result?.sides[side], result?.sides[beside]]
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return Number.NaN
  return median(ours.map((round, index) => (round[figure] ?? Number.NaN) / (theirs[index]?.[figure] ?? Number.NaN)))
}
