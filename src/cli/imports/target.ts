// Where imported rows go: what a kind of row must say about itself so that one loop (run-import.ts) can bring it in.

/** What must be unique, in its canonical form: within the file and in the store. */
export interface Name { kind: 'id' | 'email' | 'username' | 'personId', value: string }

export type Reading<Entry> =
  | { entry: Entry, names: readonly Name[], reasons?: never }
  | { entry?: never, names?: never, reasons: string[] }

/** `there`: the store has it already, from an earlier run or otherwise; it stays as it is. */
export type Verdict = 'inserted' | 'there' | { refused: string }

export interface Target<Entry> {
  /** The row as an entry, or why it is none. */
  read (row: Readonly<Record<string, unknown>>, line: number): Reading<Entry>
  /** Brings the entries in (a trial run only looks) and answers a verdict for each, in their order. Rejects when the store cannot say. */
  settle (entries: readonly Entry[]): Promise<Verdict[]>
  /** Whether the entry is an account without a password; only of targets whose entries have any. */
  isWithoutPassword? (entry: Entry): boolean
  /** Lets go of what it opened for itself. */
  close (): void
}

/** Lookups of one batch that are under way at once: a server's round trips overlap, its pool is not flooded. */
const lookupsAtOnce = 16

/** Maps with bounded concurrency, in order. */
export async function mapBounded<In, Out> (items: readonly In[], map: (item: In, index: number) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = []
  const queue = items.entries()
  async function work (): Promise<void> {
    for (const [index, item] of queue) results[index] = await map(item, index)
  }
  await Promise.all(Array.from({ length: lookupsAtOnce }, work))
  return results
}
