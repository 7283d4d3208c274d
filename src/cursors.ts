// Pages of lists by keyset: what a cursor says, what it is bound to, and how a page is made with one.
import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { ServiceError } from './errors.js'
import { idPattern } from './ids.js'

export interface PageQuery { limit?: number, cursor?: string, total?: boolean }
export interface Page<T> {
  items: T[]
  nextCursor: string | null
  total?: number
  /** There are more than `total`, or may be: nobody counted on. */
  totalIsMinimum?: true
}

/** After which row a page begins: the row's id and, where the list is sorted by more than that, the row's key. */
export interface Position { key: string | number | null, id: string }

/** Rows of a page. */
export interface Rows<T> extends Array<T> {
  /** Where looking stopped before it had come to the end: the next page begins there, however few rows this one has. */
  lookedTo?: Position
}

export interface Counted {
  found: number
  /** Counting stopped before it had come to the end. */
  isMinimum?: true
}

export interface List<T> {
  /** List, sort and filter: a cursor counts only where these are the same. */
  binding: readonly unknown[]
  positionOf (item: T): Position
  /** Whether a row could have this key: a cursor comes from a stranger. Without it, only null is one. */
  isKey? (key: unknown): boolean
  page (after: Position | null, limit: number): Promise<Rows<T>>
  /** How many there are; where there are `atMost` or more, `atMost`. */
  count (atMost?: number): Promise<Counted>
  /** Beyond so many nobody needs to know how many there are. */
  countUpTo?: number
}

/** Who searches and finds more than so many is not told how many more. */
export const searchedTotal = 1000

const defaultLimit = 50

/** A page. Throws `invalid_cursor` when the cursor was made for another list, sort or filter. */
export async function readPage<T> ({ limit = defaultLimit, cursor, total }: PageQuery, list: List<T>): Promise<Page<T>> {
  const after = cursor === undefined ? null : readCursor(cursor, digest(list.binding), list.isKey)
  // One more than asked for: whether it is there tells whether there is a next page.
  const found = await list.page(after, limit + 1)
  const page = (pages.get(found) ?? makePage(found, limit, list)) as Page<T>
  return total === true ? { ...page, ...await totalOf(list) } : page
}

/** A store that hands out the same rows again gets the same page for them, which is then not written out again either. */
const pages = new WeakMap<object, Page<unknown>>()

function makePage<T> (found: Rows<T>, limit: number, { positionOf, binding }: List<T>): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const end = found.length > limit && last !== undefined ? positionOf(last) : found.lookedTo
  const page = { items, nextCursor: end === undefined ? null : writeCursor(end, digest(binding)) }
  pages.set(found, page)
  return page
}

async function totalOf<T> ({ count, countUpTo }: List<T>): Promise<Pick<Page<T>, 'total' | 'totalIsMinimum'>> {
  if (countUpTo === undefined) return { total: (await count()).found }
  const { found, isMinimum } = await count(countUpTo + 1)
  const total = Math.min(found, countUpTo)
  return found > countUpTo || isMinimum === true ? { total, totalIsMinimum: true } : { total }
}

function digest (binding: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(binding)).digest('base64url').slice(0, 11)
}

const Cursor = TypeCompiler.Compile(Type.Tuple([
  Type.String(),
  Type.Union([Type.String(), Type.Integer(), Type.Null()]),
  Type.RegExp(new RegExp(idPattern))
]))

function writeCursor ({ key, id }: Position, binding: string): string {
  return Buffer.from(JSON.stringify([binding, key, id])).toString('base64url')
}

/** A cursor is not a secret and not trusted: any text that is not one of ours for this list is refused. */
function readCursor (text: string, binding: string, isKey: (key: unknown) => boolean = (key) => key === null): Position {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw new ServiceError('invalid_cursor')
  }
  if (!Cursor.Check(value) || value[0] !== binding || !isKey(value[1])) throw new ServiceError('invalid_cursor')
  return { key: value[1], id: value[2] }
}
