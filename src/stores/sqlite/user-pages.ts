// Lists of accounts, in the order of their ids.
import { foldCase } from '../../text.js'
import { type User, type UserFilter } from '../stores.js'
import { type Connection } from './connection.js'
import { candidates, cheaper, prefixRange, rowCondition, type Condition } from './search.js'
import { userColumns, userOf, type UserRow } from './user-rows.js'

const searched = ['email', 'username_folded', 'first_name_folded', 'last_name_folded']

export function userPage (db: Connection, { after, limit, ...filter }: UserFilter & { after: string | null, limit: number }): User[] {
  const { sql, parameters } = condition(db, filter)
  return db.all<UserRow>(`SELECT ${userColumns} FROM users WHERE id > :after AND ${sql} ORDER BY id LIMIT :limit`, { ...parameters, after: after ?? '', limit }).map(userOf)
}

export function countUsers (db: Connection, filter: UserFilter): number {
  const { sql, parameters } = condition(db, filter)
  return db.count(`SELECT count(*) AS found FROM users WHERE ${sql}`, parameters)
}

function condition (db: Connection, { q = '', role, disabled }: UserFilter): Condition {
  const terms: string[] = []
  const parameters: Condition['parameters'] = {}
  if (q !== '') {
    const range = prefixRange(foldCase(q))
    terms.push(cheaper(db, candidates('users', searched), rowCondition(searched), { ...range }))
    Object.assign(parameters, range)
  }
  if (role !== undefined) {
    // With a search the candidates lead; without, the index of the roles does.
    terms.push(`${q === '' ? '' : '+'}role = :role`)
    parameters.role = role
  }
  // Written out, not a parameter: only so can SQLite see that the partial index of the disabled serves.
  if (disabled !== undefined) terms.push(`disabled = ${disabled ? '1' : '0'}`)
  return { sql: terms.length === 0 ? 'true' : terms.join(' AND '), parameters }
}
