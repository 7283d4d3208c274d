// What a row of the proof is: one line of a table in SECURITY.md, with a programme that measures it.
import type { Scene } from './scene.js'

export const stores = ['sqlite', 'mongodb'] as const
export type StoreName = typeof stores[number]
export const sections = {
  A: 'Exactly once',
  B: 'Nothing lost',
  C: 'Dependencies fail',
  D: 'Hostile input',
  E: 'Nothing told',
  F: 'Abuse'
} as const
export type Section = keyof typeof sections

/** What was seen: whether it is within the bound that was asked for, and the figure, in words that fit into a table. */
export interface Finding { passed: boolean, figure: string }

/** As asked where nothing is wrong; else the first faults. */
export function findingOf (faults: readonly string[], seen: string): Finding {
  return { passed: faults.length === 0, figure: faults.length === 0 ? seen : [`${faults.length} faults`, ...faults.slice(0, 5)].join('; ') }
}

export interface Row {
  section: Section
  /** Lower case with hyphens: names the row on the command line and in the results. */
  name: string
  /** What is done. */
  title: string
  /** The pass condition. */
  asked: string
  /** Why it is red where it is, in words for docs/PROOF.md. */
  whenRed?: string
  /** Its figures are times of milliseconds: nothing else is played beside it. */
  alone?: boolean
  /** The stores that it is shown on; none where no store takes part. */
  stores: readonly StoreName[]
  /** Rejects when the scene itself breaks, which counts as failed. */
  run (scene: Scene): Promise<Finding>
}
