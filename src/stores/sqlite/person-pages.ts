// Pages of persons: keyset, each order along an index of its own.
import { foldCase } from '../../text.js'
import type { Person, PersonFilter, PersonPosition, PersonSort } from '../stores.js'
import type { Connection } from './connection.js'
import { personColumns, personOf, type PersonRow } from './person-rows.js'
import { candidates, cheaper, prefixRange, rowCondition, type Condition } from './search.js'

const searched = ['name_folded', 'email_folded', 'person_id_folded']

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

export function personPage (db: Connection, { sort, after, limit, ...filter }: PersonQuery): Person[] {
  const { sql, parameters } = condition(db, filter)
  const { key, direction, missing } = orders[sort]
  const order = `ORDER BY ${key} ${direction}, id`
  // Ids first, which an index alone can tell; then the few rows.
  const rows = (range: string, values: Condition['parameters'], within = order): PersonRow[] => db.all<PersonRow>(`SELECT ${personColumns} FROM persons WHERE id IN (
    SELECT id FROM persons WHERE ${sql} AND ${range} ${within} LIMIT :limit) ${order}`, { ...parameters, ...values })
  if (after === null) return rows('true', { limit }).map(personOf)

  // First the rest of those who tie with the last row, then those beyond: two ranges of the index, where one condition
  // with OR would walk all ties anew on every page.
  const at = after.key ?? missing
  const ties = rows(`${key} = :key AND id > :id`, { key: at, id: after.id, limit }, 'ORDER BY id')
  const beyond = rows(`${key} ${direction === 'ASC' ? '>' : '<'} :key`, { key: at, limit: limit - ties.length })
  return [...ties, ...beyond].map(personOf)
}

export function countPersons (db: Connection, filter: PersonFilter): number {
  const { sql, parameters } = condition(db, filter)
  return db.count(`SELECT count(*) AS found FROM persons WHERE ${sql}`, parameters)
}

function condition (db: Connection, { q = '', minAge, maxAge }: PersonFilter): Condition {
  const terms: string[] = []
  const parameters: Condition['parameters'] = {}
  if (q !== '') {
    const range = prefixRange(foldCase(q))
    terms.push(cheaper(db, candidates('persons', searched), rowCondition(searched), { ...range }))
    Object.assign(parameters, range)
  }
  if (minAge !== undefined || maxAge !== undefined) {
    const bounds = { minAge: minAge ?? 0, maxAge: maxAge ?? 999 }
    const perRow = '+age BETWEEN :minAge AND :maxAge'
    terms.push(q === '' ? cheaper(db, 'SELECT id FROM persons WHERE coalesce(age, 1000) BETWEEN :minAge AND :maxAge', perRow, bounds) : perRow)
    Object.assign(parameters, bounds)
  }
  return { sql: terms.length === 0 ? 'true' : terms.join(' AND '), parameters }
}
