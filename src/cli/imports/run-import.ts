// The loop of every import: read, judge, gather a batch, bring it in while the next is being read. Memory holds two batches.
import type { ReadRow } from '../../imports/read-rows.js'
import type { Rejection } from './rejects.js'
import type { SeenNames } from './seen-names.js'
import type { Target, Verdict } from './target.js'

export interface Counts {
  read: number
  inserted: number
  alreadyThere: number
  refused: number
  /** Those of the inserted ones; only of accounts. */
  withoutPassword?: number
  /** The line from which on nothing could be read; null where all was. */
  unreadFrom: number | null
}

export const createCounts = (): Counts => ({ read: 0, inserted: 0, alreadyThere: 0, refused: 0, unreadFrom: null })

export interface ImportRun<Entry> {
  rows: AsyncIterable<ReadRow>
  target: Target<Entry>
  seen: SeenNames
  batchSize: number
  /** Kept up to date while it runs, so that it tells the truth after a fault too. */
  counts: Counts
  refuse (rejection: Rejection): Promise<void>
  /** Called after every batch. */
  onBatch (): void
  /** Once true, the batch under way is finished and nothing after it is begun. */
  stopped (): boolean
}

interface Waiting<Entry> { line: number, row: Readonly<Record<string, unknown>>, entry: Entry }

/** Rejects when the rows cannot be read or the store cannot say; what was brought in until then stays, and running it again
 * goes on: rows that are there already are told as such. */
export async function runImport<Entry> (run: ImportRun<Entry>): Promise<void> {
  const { target, seen, counts } = run
  let batch: Array<Waiting<Entry>> = []
  let underWay: Promise<void> = Promise.resolve()

  async function refuse (rejection: Rejection): Promise<void> {
    counts.refused += 1
    await run.refuse(rejection)
  }

  async function count (verdict: Verdict | undefined, { line, row, entry }: Waiting<Entry>): Promise<void> {
    if (verdict === 'inserted') {
      counts.inserted += 1
      if (target.isWithoutPassword?.(entry) === true) counts.withoutPassword = Number(counts.withoutPassword) + 1
    } else if (verdict === 'there') counts.alreadyThere += 1
    else await refuse({ line, reasons: [verdict?.refused ?? 'The store said nothing about this row.'], row })
  }

  async function settle (waiting: ReadonlyArray<Waiting<Entry>>): Promise<void> {
    const verdicts = await target.settle(waiting.map(({ entry }) => entry))
    for (const [index, row] of waiting.entries()) await count(verdicts[index], row)
    run.onBatch()
  }

  async function flush (): Promise<void> {
    await underWay
    if (batch.length === 0 || run.stopped()) return
    underWay = settle(batch)
    // Its fault is met at the next `await underWay`; until then it is nobody's.
    underWay.catch(() => undefined)
    batch = []
  }

  async function take (read: ReadRow): Promise<void> {
    counts.read += 1
    const { line, row } = read
    if (read.ends === true) counts.unreadFrom = line
    if (row === undefined) return await refuse({ line, reasons: [read.error] })
    const { entry, names, reasons } = target.read(row, line)
    if (reasons !== undefined) return await refuse({ line, reasons, row })
    const before = seen.note(names, line)
    if (before !== null) return await refuse({ line, reasons: [`${before.name.kind}: the row of line ${before.line} has the same one, and the first counts.`], row })
    batch.push({ line, row, entry })
    if (batch.length >= run.batchSize) await flush()
  }

  if (target.isWithoutPassword !== undefined) counts.withoutPassword = 0
  try {
    for await (const read of run.rows) {
      await take(read)
      if (run.stopped()) break
    }
  } catch (error) {
    // Whoever stopped may have closed what the rows come from.
    if (!run.stopped()) throw error
  } finally {
    await underWay.catch(() => undefined)
  }
  await flush()
  await underWay
}
