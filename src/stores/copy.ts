// Copies everything from one store to another, page by page, and holds the two against each other.
import { createHash } from 'node:crypto'
import type { Stores, TransferKind, TransferRows } from './stores.js'

/** The keys come first: by them a store that holds a part of a copy is known. Accounts come before what hangs on them. */
const keyNames: Record<TransferKind, string> = { signingKeys: 'kid', users: 'id', roleChanges: 'userId', sessions: 'id', oneTimeTokens: 'hash', persons: 'id', audit: 'id', mails: 'id', counters: 'key' }
export const transferKinds = Object.keys(keyNames) as TransferKind[]
const pageRows = 500

export interface KindDigest { kind: TransferKind, rows: number, /** SHA-256 of all rows in the order of their keys, hex. */ digest: string }

/** Makes `to` hold what `from` holds, and nothing else. `onRows` hears of every page; it stops where
 * `goOn` says no. Done again after a fault, it goes over all of it
 * once more, which does no harm. */
export async function copyStore (from: Stores, to: Stores, onRows: (rows: number) => void, goOn: () => boolean): Promise<void> {
  for (const kind of transferKinds) await copyKind(from, to, kind, onRows, goOn)
}

async function copyKind<K extends TransferKind> (from: Stores, to: Stores, kind: K, onRows: (rows: number) => void, goOn: () => boolean): Promise<void> {
  for await (const { rows, after, upTo } of pages(from, kind)) {
    if (!goOn()) return
    await to.transfer.write(kind, rows, after, upTo)
    onRows(rows.length)
  }
}

/** Rows and digest of every kind. What is over at `now` is left out: engines forget it each in their own time. */
export async function digestStore (stores: Stores, now: Date, onRows: (rows: number) => void): Promise<KindDigest[]> {
  const digests: KindDigest[] = []
  for (const kind of transferKinds) digests.push(await digestKind(stores, kind, now, onRows))
  return digests
}

async function digestKind<K extends TransferKind> (stores: Stores, kind: K, now: Date, onRows: (rows: number) => void): Promise<KindDigest> {
  const hash = createHash('sha256')
  let counted = 0
  for await (const { rows } of pages(stores, kind)) {
    const lasting = rows.filter((row) => !('expiresAt' in row) || row.expiresAt > now)
    for (const row of lasting) hash.update(`${canonicalJson(row)}\n`)
    counted += lasting.length
    onRows(rows.length)
  }
  return { kind, rows: counted, digest: hash.digest('hex') }
}

/** The rows of a kind with the range each page stands for: together all keys there can be. */
async function * pages<K extends TransferKind> (stores: Stores, kind: K): AsyncGenerator<{ rows: Array<TransferRows[K]>, after: string | null, upTo: string | null }> {
  let after: string | null = null
  for (;;) {
    const rows: Array<TransferRows[K]> = await stores.transfer.read(kind, after, pageRows)
    const last = rows.length < pageRows ? undefined : rows.at(-1)
    const upTo = last === undefined ? null : Reflect.get(last, keyNames[kind]) as string
    yield { rows, after, upTo }
    if (upTo === null) return
    after = upTo
  }
}

/** JSON with the members of every object in the order of their names, so that two engines say the same of the same row. */
export function canonicalJson (value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => isPlain(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => one < other ? -1 : 1)) : part)
}

function isPlain (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
