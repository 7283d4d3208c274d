// Whole lists as one JSON array each, read page by page and sent as they come: no list is too long for memory, and none holds up the others.
import { addAbortSignal, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Page, PageQuery } from '../../../src/cursors.js'
import { ServiceError } from '../../../src/errors.js'
import { createGate } from '../../../src/passwords/gate.js'

const rowsAtOnce = 200

export interface ListStreamsOptions {
  /** How many lists may be on their way at once; each holds a page or two in memory. */
  atOnce?: number
  /** So many of them may be one account's, so that nobody keeps every place. */
  ofAccount?: number
  /** After so long a list breaks off, read or not: else clients that read nothing would keep every place. */
  longestMilliseconds?: number
}

export interface ListStreams {
  /** Rejects with `busy` where too many lists are on their way, and as `readPage` does on the first page; should a later one fail, the
   * answer breaks off, which no client takes for JSON. Pages are read for as long as the stream is not destroyed. */
  start <T> (userId: string, readPage: ReadPage<T>, present: (item: T) => object): Promise<Readable>
}

type ReadPage<T> = (query: PageQuery) => Promise<Page<T>>

export function createListStreams ({ atOnce = 16, ofAccount = 3, longestMilliseconds = 5 * 60_000 }: ListStreamsOptions = {}): ListStreams {
  const places = createGate({ slots: atOnce, queue: 0 })
  const turns = createGate({ slots: 1, queue: atOnce })
  /** How many lists of each account are on their way. */
  const held = new Map<string, number>()

  /** One page a turn of the event loop, for all lists together: a store that reads on this thread would not let anybody else in between. */
  async function inTurn<T> (readPage: ReadPage<T>, query: PageQuery): Promise<Page<T>> {
    return await turns.run(async () => {
      await nextTurn()
      return await readPage(query)
    })
  }

  async function * chunks<T> (first: Page<T>, readPage: ReadPage<T>, present: (item: T) => object): AsyncGenerator<string> {
    let page = first
    yield `[${rows(page, present)}`
    while (page.nextCursor !== null) {
      page = await inTurn(readPage, { limit: rowsAtOnce, cursor: page.nextCursor })
      if (page.items.length > 0) yield `,${rows(page, present)}`
    }
    yield ']'
  }

  /** Does `work` in one of the account's places; rejects with `busy` where it has none left. */
  async function inPlaceOf (userId: string, work: () => Promise<void>): Promise<void> {
    const count = (): number => held.get(userId) ?? 0
    if (count() >= ofAccount) throw new ServiceError('busy')
    held.set(userId, count() + 1)
    try {
      await places.run(work)
    } finally {
      held.set(userId, count() - 1)
      if (count() === 0) held.delete(userId)
    }
  }

  async function start<T> (userId: string, readPage: ReadPage<T>, present: (item: T) => object): Promise<Readable> {
    return await new Promise((resolve, reject) => {
      inPlaceOf(userId, async () => {
        const first = await inTurn(readPage, { limit: rowsAtOnce })
        const list = Readable.from(chunks(first, readPage, present))
        resolve(addAbortSignal(AbortSignal.timeout(longestMilliseconds), list))
        await finished(list)
      // Once it has been handed out, whoever sends the list hears of its faults.
      }).catch(reject)
    })
  }

  return { start }
}

function rows<T> ({ items }: Page<T>, present: (item: T) => object): string {
  return items.map((item) => JSON.stringify(present(item))).join(',')
}
