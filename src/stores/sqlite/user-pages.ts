// Lists of accounts, in the order of their ids.
import { foldCase } from '../../text.js'
import type { User, UserFilter } from '../stores.js'
import type { Connection } from './connection.js'
import { areFew, candidates, distinctCandidates, firstCandidates, prefixRange, rowCondition, type Condition } from './search.js'
import { userColumns, userOf, type UserRow } from './user-rows.js'

const searched = ['email', 'username_folded', 'first_name_folded', 'last_name_folded']
/** So far a page of those who have a common word is looked for row by row. */
const walkLimit = 2000

export function userPage (db: Connection, { q = '', after, limit, ...standing }: UserFilter & { after: string | null, limit: number }): User[] {
  const from = { after: after ?? '' }
  const page = (where: string, { sql, parameters }: Condition): User[] =>
    db.all<UserRow>(`SELECT ${userColumns} FROM users WHERE ${where} AND ${sql} ORDER BY id LIMIT :limit`, { ...parameters, limit }).map(userOf)
  if (q === '') return page('id > :after', also(standingOf(standing), from))

  const range = prefixRange(foldCase(q))
  // The candidates lead, not those of a role or standing.
  const beside = standingOf(standing, '+')
  const few = candidates('users', searched)
  if (areFew(db, few, range)) return page(`id > :after AND id IN (${few})`, also(beside, { ...from, ...range }))

  // Who has a common word is among the next few, as a rule.
  const walked = standingOf(standing)
  const end = db.one<{ id: string }>(`SELECT id FROM users WHERE id > :after AND ${walked.sql} ORDER BY id LIMIT 1 OFFSET ${String(walkLimit)}`, { ...walked.parameters, ...from })
  const until = end === undefined ? '' : 'id <= :until AND '
  const near = page(`id > :after AND ${until}${rowCondition(searched)}`, also(walked, { ...from, ...range, ...(end !== undefined && { until: end.id }) }))
  if (near.length === limit || end === undefined) return near

  // If not, they lie together somewhere else.
  return page(`id IN (${firstCandidates('users', searched, beside.sql)})`, also(beside, { ...from, ...range }))
}

export function countUsers (db: Connection, { q = '', ...standing }: UserFilter, atMost: number): number {
  const { sql, parameters } = standingOf(standing, q === '' ? '' : '+')
  const ids = q === '' ? `SELECT id FROM users WHERE ${sql}` : distinctCandidates('users', searched, sql)
  const range = q === '' ? {} : prefixRange(foldCase(q))
  return db.count(`SELECT count(*) AS found FROM (${ids} LIMIT :atMost)`, { ...parameters, ...range, atMost })
}

/** The condition on role and standing; a plus keeps SQLite from choosing an index for it. */
function standingOf ({ role, disabled }: Omit<UserFilter, 'q'>, plus = ''): Condition {
  const terms = ['true']
  if (role !== undefined) terms.push(`${plus}role = :role`)
  // Written out, not a parameter: only so can SQLite see that the partial index of the disabled serves.
  if (disabled !== undefined) terms.push(`${plus}disabled = ${disabled ? '1' : '0'}`)
  return { sql: terms.join(' AND '), parameters: role === undefined ? {} : { role } }
}

function also ({ sql, parameters }: Condition, more: Condition['parameters']): Condition {
  return { sql, parameters: { ...parameters, ...more } }
}
