// What an import says at its end.
import type { Cli } from '../io.js'
import { count, printJson, printLine } from '../print.js'
import type { Counts } from './run-import.js'

export interface Summary {
  nouns: readonly [string, string]
  counts: Counts
  dryRun: boolean
  json: boolean
  /** The file of refused rows; null where none was refused. */
  rejects: string | null
  /** Members that --map names and no row had. */
  membersNotFound: readonly string[]
  /** It was stopped by a signal before its end. */
  stopped: boolean
}

export function printSummary (cli: Cli, { nouns, counts, dryRun, json, rejects, membersNotFound, stopped }: Summary): void {
  const { read, inserted, alreadyThere, refused, withoutPassword = 0, unreadFrom } = counts
  if (stopped) printLine(cli.stderr, 'Stopped after the batch under way. Run the same command again to go on: what is there already is skipped.')
  if (json) return printJson(cli.stdout, { ...counts, dryRun, rejects, membersNotFound, stopped })
  const without = withoutPassword === 0 ? '' : `, ${withoutPassword.toLocaleString('en')} without a password`
  const done = `${dryRun ? 'Would import' : 'Imported'} ${count(inserted, ...nouns)}${without}${dryRun ? ' (nothing was written)' : ''}`
  printLine(cli.stdout, `${done}: ${count(read, 'row')} read, ${alreadyThere.toLocaleString('en')} already there, ${refused.toLocaleString('en')} refused${rejects === null ? '' : ` (see ${rejects})`}.`)
  if (unreadFrom !== null) printLine(cli.stdout, `Nothing could be read from line ${unreadFrom} on: whatever stands behind it was neither imported nor counted.`)
}
