// Pages of persons: keyset, each order along an index of its own. One look at the table is bounded, whatever is asked for: where few rows can
// match those are fetched, and where many can, so many rows of the order are gone through; person-walks.ts goes on from there.
import { foldCase } from '../../text.js'
import type { Person, PersonFilter, PersonPosition, PersonRows, PersonSort } from '../stores.js'
import type { Connection } from './connection.js'
import { personColumns, personOf, type PersonRow } from './person-rows.js'
import { areFew, candidates, distinctCandidates, prefixRange, rowCondition, type Condition } from './search.js'

const besidesName = ['email_folded', 'person_id_folded']
const searched = ['name_folded', ...besidesName]
const ageCandidates = 'SELECT id FROM persons WHERE coalesce(age, 1000) BETWEEN :minAge AND :maxAge'
const aged = '+age BETWEEN :minAge AND :maxAge'
/** So many rows, about a millisecond's work, are gone through in one look: fetched, or told by the index of the names alone, or counted. */
const walkLimits = { fetched: 2000, told: 8000, counted: 5000 }

interface Order { key: string, direction: 'ASC' | 'DESC', missing: number | null }

/** Ages run from 0 to 150, so these keys put a missing one last in either direction. */
const orders: Record<PersonSort, Order> = {
  name: { key: 'name_folded', direction: 'ASC', missing: null },
  '-name': { key: 'name_folded', direction: 'DESC', missing: null },
  age: { key: 'coalesce(age, 1000)', direction: 'ASC', missing: 1000 },
  '-age': { key: 'coalesce(age, -1)', direction: 'DESC', missing: -1 },
  createdAt: { key: 'created_at', direction: 'ASC', missing: null },
  '-createdAt': { key: 'created_at', direction: 'DESC', missing: null }
}

export interface PersonQuery extends PersonFilter { sort: PersonSort, after: PersonPosition | null, limit: number }

/** The page, by whatever is cheapest; with `lookedTo` where it came to the end of a look. */
export function personPage (db: Connection, query: PersonQuery): PersonRows {
  if (isPlain(query)) return readPage(db, query, { sql: 'true', parameters: {} })
  const few = fewest(db, query)
  if (few !== null) return readPage(db, query, few)
  return liesTogether(db, query) ? readPage(db, query, { sql: (range) => firstByName(query, range), parameters: valuesOf(query) }) : walkPersons(db, query)
}

/** The same where it is known that many rows can match: from `after` on, one look. */
export function walkPersons (db: Connection, query: PersonQuery): PersonRows {
  // What was looked through and where that ended are two statements, between which nobody is to write.
  return inSnapshot(db, () => lookThrough(db, query))
}

/** How many there are, counted up to `atMost`; null where only a walk can tell. */
export function countPersons (db: Connection, filter: PersonFilter, atMost: number): number | null {
  const { q = '' } = filter
  const of = (ids: string): number => db.count(`SELECT count(*) AS found FROM (${ids} LIMIT :atMost)`, { ...valuesOf(filter), atMost })
  if (isPlain(filter)) return db.count('SELECT count(*) AS found FROM persons')
  if (q === '') return of(ageCandidates)
  if (!hasAges(filter)) return of(distinctCandidates('persons', searched, 'true'))
  const few = fewest(db, filter)
  return few === null ? null : of(`SELECT id FROM persons WHERE ${few.sql}`)
}

/** `lookedTo`: up to which id was looked, if not to the end. */
export interface Onward { found: number, lookedTo?: string }

/** How many match among the next rows after the id `after`, counted up to `atMost`. */
export function countOnward (db: Connection, filter: PersonFilter, after: string, atMost: number): Onward {
  // In the order of the table itself, which is read fastest.
  const end = db.one<{ id: string }>(`SELECT id FROM persons WHERE id > :after ORDER BY id LIMIT 1 OFFSET ${String(walkLimits.counted - 1)}`, { after })
  const { sql, parameters } = perRow(filter)
  const found = db.count(`SELECT count(*) AS found FROM (SELECT id FROM persons WHERE id > :after ${end === undefined ? '' : 'AND id <= :until '}AND ${sql} LIMIT :atMost)`,
    { ...parameters, after, atMost, ...(end !== undefined && { until: end.id }) })
  return { found, ...(end !== undefined && found < atMost && { lookedTo: end.id }) }
}

interface PageCondition { sql: string | ((range: Range) => string), parameters: Condition['parameters'] }

function readPage (db: Connection, query: PersonQuery, { sql, parameters }: PageCondition): PersonRows {
  const found: PersonRows = []
  for (const range of rangesOf(query)) {
    if (found.length === query.limit) break
    const ids = `SELECT id FROM persons WHERE ${typeof sql === 'string' ? sql : sql(range)} AND ${range.sql} ${range.order} LIMIT :limit`
    found.push(...rowsOf(db, query.sort, ids, { ...parameters, ...range.parameters, limit: query.limit - found.length }))
  }
  return found
}

function lookThrough (db: Connection, query: PersonQuery): PersonRows {
  const { key, missing } = orders[query.sort]
  const { sql, parameters } = perRow(query)
  // The index of the names has all that is searched, but no ages: the row itself is fetched only where it must be.
  const most = key === 'name_folded' && !hasAges(query) ? walkLimits.told : walkLimits.fetched
  const columns = [...(isSearch(query) ? searched : []), ...(hasAges(query) ? ['age'] : [])].join(', ')
  const found: PersonRows = []
  for (const range of rangesOf(query)) {
    // The inner query is a co-routine: no further than the limit needs is walked, and in its order.
    const ids = `SELECT id FROM (SELECT id, ${columns} FROM persons WHERE ${range.sql} ${range.order} LIMIT ${String(most)}) WHERE ${sql} LIMIT :limit`
    found.push(...rowsOf(db, query.sort, ids, { ...parameters, ...range.parameters, limit: query.limit - found.length }))
    if (found.length === query.limit) return found
    const end = db.one<{ key: string | number, id: string }>(`SELECT ${key} AS key, id FROM persons WHERE ${range.sql} ${range.order} LIMIT 1 OFFSET ${String(most - 1)}`, range.parameters)
    if (end === undefined) continue
    found.lookedTo = { key: end.key === missing ? null : end.key, id: end.id }
    return found
  }
  return found
}

/** Ids first, which an index alone can tell; then the few rows. */
function rowsOf (db: Connection, sort: PersonSort, ids: string, parameters: Condition['parameters']): Person[] {
  const { key, direction } = orders[sort]
  return db.all<PersonRow>(`SELECT ${personColumns} FROM persons WHERE id IN (${ids}) ORDER BY ${key} ${direction}, id`, parameters).map(personOf)
}

function inSnapshot<T> (db: Connection, read: () => T): T {
  db.script('BEGIN')
  try {
    const found = read()
    db.script('COMMIT')
    return found
  } catch (error) {
    // The engine has ended it already where it could not read.
    try { db.script('ROLLBACK') } catch {}
    throw error
  }
}

interface Range extends Condition { order: string }

/** Where the page is: first among the rest of those who tie with the row before, then among those beyond. Two ranges of the index, where one
 * condition with OR would walk all ties anew on every page. */
function rangesOf (query: PersonQuery): Range[] {
  const from = startOf(query)
  const beyond = beyondOf(query, from)
  return from === null ? [beyond] : [tiesOf(query, from), beyond]
}

function tiesOf ({ sort }: PersonQuery, { key, id }: Start): Range {
  return { sql: `${orders[sort].key} = :key AND id > :id`, parameters: { key, id }, order: 'ORDER BY id' }
}

function beyondOf (query: PersonQuery, from: Start | null): Range {
  const { sort, minAge, maxAge } = query
  const { key, direction, missing } = orders[sort]
  const terms = ['true']
  const parameters: Condition['parameters'] = {}
  if (from !== null) {
    terms.push(`${key} ${direction === 'ASC' ? '>' : '<'} :key`)
    parameters.key = from.key
  }
  if (missing !== null && hasAges(query)) {
    terms.push(`${key} ${direction === 'ASC' ? '<=' : '>='} :far`)
    parameters.far = direction === 'ASC' ? maxAge ?? 999 : minAge ?? 0
  }
  return { sql: terms.join(' AND '), parameters, order: `ORDER BY ${key} ${direction}, id` }
}

interface Start { key: string | number | null, id: string }

/** Where to begin: after the last row, and in the order of the ages not before the bound of them. */
function startOf ({ sort, after, minAge, maxAge }: PersonQuery): Start | null {
  const { direction, missing } = orders[sort]
  const from = after === null ? null : { key: after.key ?? missing, id: after.id }
  const bound = missing === null ? undefined : direction === 'ASC' ? minAge : maxAge
  if (bound === undefined) return from
  const isPast = from !== null && (direction === 'ASC' ? Number(from.key) >= bound : Number(from.key) <= bound)
  return isPast ? from : { key: bound, id: '' }
}

/** The condition that names the few rows which can match; null where there are many. */
function fewest (db: Connection, filter: PersonFilter): Condition | null {
  const { q = '' } = filter
  const parameters = valuesOf(filter)
  if (q !== '') {
    const ids = candidates('persons', searched)
    if (areFew(db, ids, prefixRange(foldCase(q)))) return { sql: `id IN (${ids})${hasAges(filter) ? ` AND ${aged}` : ''}`, parameters }
  }
  if (hasAges(filter) && areFew(db, ageCandidates, boundsOf(filter))) {
    return { sql: `id IN (${ageCandidates})${q === '' ? '' : ` AND ${rowCondition(searched)}`}`, parameters }
  }
  return null
}

/** Whether nearly all that is searched for are together in the order asked for: by name, and few by anything else. */
function liesTogether (db: Connection, query: PersonQuery): boolean {
  return orders[query.sort].key === 'name_folded' && !hasAges(query) && areFew(db, candidates('persons', besidesName), valuesOf(query))
}

/** The condition that names the first of them in `range`, and those few. */
function firstByName ({ sort, q = '' }: PersonQuery, { sql, parameters: { key }, order }: Range): string {
  const { from, to } = prefixRange(foldCase(q))
  const isUp = sort === 'name'
  const isTies = sql.includes(':id')
  const begun = typeof key === 'string' && (isUp ? !isBelow(key, from) : isBelow(key, to))
  const others = candidates('persons', besidesName)
  if (isTies && !begun) return `id IN (${others})`
  // Of two bounds on one side the index takes either, so the wider one gets a plus.
  const bounds = `${begun && (isUp || isTies) ? '+' : ''}name_folded >= :from AND ${begun && (!isUp || isTies) ? '+' : ''}name_folded < :to`
  return `id IN (SELECT id FROM (SELECT id FROM persons WHERE ${bounds}${begun ? ` AND ${sql}` : ''} ${order} LIMIT :limit) UNION ALL ${others})`
}

/** In the order of code points; a blob is above every text. */
function isBelow (text: string, limit: string | Uint8Array): boolean {
  return typeof limit !== 'string' || Buffer.compare(Buffer.from(text), Buffer.from(limit)) < 0
}

/** The condition that is put to each row. */
function perRow (filter: PersonFilter): Condition {
  const terms = ['true']
  if (isSearch(filter)) terms.push(rowCondition(searched))
  if (hasAges(filter)) terms.push(aged)
  return { sql: terms.join(' AND '), parameters: valuesOf(filter) }
}

function valuesOf (filter: PersonFilter): Condition['parameters'] {
  const { q = '' } = filter
  return { ...(q !== '' && prefixRange(foldCase(q))), ...(hasAges(filter) && boundsOf(filter)) }
}

const boundsOf = ({ minAge, maxAge }: PersonFilter) => ({ minAge: minAge ?? 0, maxAge: maxAge ?? 999 })
const hasAges = ({ minAge, maxAge }: PersonFilter): boolean => minAge !== undefined || maxAge !== undefined
const isSearch = ({ q = '' }: PersonFilter): boolean => q !== ''
const isPlain = (filter: PersonFilter): boolean => !isSearch(filter) && !hasAges(filter)
