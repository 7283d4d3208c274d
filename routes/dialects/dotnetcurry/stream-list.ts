// A whole list as one JSON array, read page by page and sent as it comes: no list is too long for memory.
import { Readable } from 'node:stream'
import type { Page, PageQuery } from '../../../src/cursors.js'

const rowsAtOnce = 200

/** Rejects as `readPage` does on the first page; should a later one fail, the answer breaks off, which no client takes for JSON. */
export async function streamList<T> (readPage: (query: PageQuery) => Promise<Page<T>>, present: (item: T) => object): Promise<Readable> {
  const first = await readPage({ limit: rowsAtOnce })
  return Readable.from(chunks(first, readPage, present))
}

async function * chunks<T> (first: Page<T>, readPage: (query: PageQuery) => Promise<Page<T>>, present: (item: T) => object): AsyncGenerator<string> {
  let page = first
  yield `[${rows(page, present)}`
  while (page.nextCursor !== null) {
    page = await readPage({ limit: rowsAtOnce, cursor: page.nextCursor })
    if (page.items.length > 0) yield `,${rows(page, present)}`
  }
  yield ']'
}

function rows<T> ({ items }: Page<T>, present: (item: T) => object): string {
  return items.map((item) => JSON.stringify(present(item))).join(',')
}
