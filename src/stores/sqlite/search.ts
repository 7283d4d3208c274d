// Search by prefix as ranges of an index: what begins with `q` lies between `q` and its successor.
import type { Connection, Parameters, Value } from './connection.js'

/** Beyond so many candidates it is cheaper to walk the page's own order and look at each row. */
const candidateLimit = 2000

export interface Condition { sql: string, parameters: Record<string, Value> }

/** The least text above all that begin with `prefix`, in the order of code points. */
function successor (prefix: string): string | Uint8Array {
  const points = Array.from(prefix, character => Number(character.codePointAt(0)))
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  // Every text sorts below every blob: where no text is above, the empty blob is.
  if (last === undefined) return new Uint8Array(0)
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}

/** The limits of the range that `prefix`, already folded, means. */
export function prefixRange (prefix: string): { from: string, to: string | Uint8Array } {
  return { from: prefix, to: successor(prefix) }
}

/** The ids of the rows in which one of the columns lies between :from and :to, each by its own index. May name a row once a column. */
export function candidates (table: string, columns: readonly string[]): string {
  return columns.map(column => `SELECT id FROM ${table} WHERE ${column} >= :from AND ${column} < :to`).join(' UNION ALL ')
}

/** Of the candidates beyond :after for which `besides` holds, those among which the first :limit ids are; few, however many there are. */
export function firstCandidates (table: string, columns: readonly string[], besides: string): string {
  return columns.map(column => `SELECT id FROM (${candidates(table, [column])} AND +id > :after AND ${besides} ORDER BY id LIMIT :limit)`).join(' UNION ALL ')
}

/** Ids of the candidates for which `besides` holds, each once: all, or :atMost of each column. */
export function distinctCandidates (table: string, columns: readonly string[], besides: string): string {
  return columns.map(column => `SELECT id FROM (${candidates(table, [column])} AND ${besides} LIMIT :atMost)`).join(' UNION ')
}

/** The same as a condition on each row; the plus keeps SQLite from choosing an index for it. */
export function rowCondition (columns: readonly string[]): string {
  return `(${columns.map(column => `+${column} >= :from AND +${column} < :to`).join(' OR ')})`
}

/** Whether there are so few candidates that fetching each is cheaper than walking past many others. */
export function areFew (db: Connection, candidateIds: string, parameters: Parameters): boolean {
  return db.count(`SELECT count(*) AS found FROM (${candidateIds} LIMIT ${String(candidateLimit)})`, parameters) < candidateLimit
}

/** The cheaper of two ways to say one thing: fetch the few candidates, or test each row of a walk that finds many soon. */
export function cheaper (db: Connection, candidateIds: string, perRow: string, parameters: Parameters): string {
  return areFew(db, candidateIds, parameters) ? `id IN (${candidateIds})` : perRow
}
