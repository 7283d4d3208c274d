// What all import commands do around the loop: open the file, show progress, stop on Ctrl-C, sum up.
import { open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Config } from '../../config.js'
import type { FieldMap } from '../../imports/map-fields.js'
import { readRows } from '../../imports/read-rows.js'
import type { Stores } from '../../stores/stores.js'
import { UsageError } from '../faults.js'
import type { Cli } from '../io.js'
import { count, printLine } from '../print.js'
import { withStores } from '../with-stores.js'
import { createHeaderCheck } from './header.js'
import type { ImportOptions } from './import-options.js'
import { knownMembers, type UsualNames } from './known-members.js'
import { sayMapped, watchMembers } from './mapped-members.js'
import { createProgress } from './progress.js'
import { createRejects } from './rejects.js'
import { createCounts, runImport } from './run-import.js'
import { createSeenNames } from './seen-names.js'
import { printSummary } from './summary.js'
import type { Target } from './target.js'

export interface ImportJob<Entry> {
  /** What is imported, one of it and many. */
  nouns: readonly [string, string]
  /** What there is to import of each, with its usual names. */
  fields: UsualNames
  file: string
  options: ImportOptions
  defaultBatch: number
  makeTarget (config: Config, stores: Stores, batchSize: number): Target<Entry>
}

export async function importFile<Entry> (cli: Cli, { nouns, fields, file, options, defaultBatch, makeTarget }: ImportJob<Entry>): Promise<void> {
  const rejectsPath = options.rejects ?? (file === '-' ? './stdin.rejected.ndjson' : `${file}.rejected.ndjson`)
  if (file !== '-' && await isSameFile(file, rejectsPath)) throw new UsageError('--rejects must not name the file that is imported.')
  const input = await openInput(cli, file)
  // Who reads it gets its errors, also one from before the reading began; without a listener that one would end the process.
  input.on('error', () => undefined)
  const map: FieldMap = options.map ?? new Map()
  const members = knownMembers(fields, map)
  const counts = createCounts()
  const rejects = createRejects(rejectsPath, members.isShown)
  const progress = createProgress(cli.stderr, cli.clock)
  let stopped = false
  let notFound: Array<[field: string, member: string]> = []
  const forget = cli.onStop(() => { stopped = true; input.destroy(new Error('stopped')) })
  const batchSize = options.batch ?? defaultBatch

  try {
    await withStores(cli, async (config, stores) => {
      const seen = await createSeenNames()
      const { target, ...watch } = watchMembers(makeTarget(config, stores, batchSize), map)
      try {
        const rows = readRows(input, options.format, createHeaderCheck(map, members))
        await runImport({ rows, target, seen, batchSize, counts, refuse: rejects.add, onBatch: () => { progress.show(counts.read) }, stopped: () => stopped })
        // Stopped, it has not seen them all.
        if (!stopped) notFound = watch.notFound()
      } finally {
        seen.close()
        target.close()
      }
    })
  } catch (error) {
    if (counts.inserted > 0) printLine(cli.stderr, `Stopped by a fault after ${count(counts.inserted, ...nouns)} had been ${options.dryRun === true ? 'checked' : 'imported'}. Run the same command again to go on.`)
    throw error
  } finally {
    forget()
    progress.end()
    input.destroy()
    await rejects.close()
  }
  for (const mapped of notFound) printLine(cli.stderr, `No row has a member ${sayMapped(mapped)}.`)
  // The name of the one from standard input says of no file that its rows were refused.
  const isNamed = file !== '-' || options.rejects !== undefined
  if (isNamed && counts.refused === 0 && await isFile(rejectsPath)) printLine(cli.stderr, `${rejectsPath} was there before: this run has refused no row.`)
  if (counts.refused > 0 || notFound.length > 0 || stopped) cli.exitCode = 1
  printSummary(cli, { nouns, counts, dryRun: options.dryRun === true, json: options.json === true, rejects: counts.refused > 0 ? rejectsPath : null, membersNotFound: notFound.map(([, member]) => member), stopped })
}

async function openInput (cli: Cli, file: string): Promise<Readable> {
  if (file === '-') return cli.stdin
  try {
    const handle = await open(file)
    if ((await handle.stat()).isDirectory()) {
      await handle.close()
      throw new Error('it is a folder')
    }
    return handle.createReadStream({ highWaterMark: 256 * 1024 })
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** What is none, as /dev/null, holds nothing of an earlier run. */
async function isFile (path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true
}

async function isSameFile (one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(async (path) => await stat(path).catch(() => null)))
  return a !== null && a !== undefined && a.ino === b?.ino && a.dev === b.dev
}
