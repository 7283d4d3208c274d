// The table of the audit log.
import type { AuditEntry, AuditFilter, AuditStore } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { cheaper, type Condition } from './search.js'
import { instant } from './values.js'
import type { Writer } from './writer.js'

export interface AuditRow {
  id: string
  at: number
  event: string
  user_id: string | null
  actor_id: string | null
  ip: string | null
  user_agent: string | null
  detail: string
}

export function entryOf (row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: instant(row.at),
    event: row.event,
    userId: row.user_id,
    actorId: row.actor_id,
    ip: row.ip,
    userAgent: row.user_agent,
    detail: JSON.parse(row.detail) as AuditEntry['detail']
  }
}

export function appendEntry (db: Connection, entry: AuditEntry): void {
  db.run('INSERT INTO audit (id, at, event, user_id, actor_id, ip, user_agent, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [entry.id, entry.at.getTime(), entry.event, entry.userId, entry.actorId, entry.ip, entry.userAgent, JSON.stringify(entry.detail)])
}

function condition (db: Connection, { userId, event, since }: AuditFilter): Condition {
  const terms: string[] = []
  const parameters: Condition['parameters'] = {}
  if (userId !== undefined) {
    terms.push('user_id = :user')
    parameters.user = userId
  }
  if (event !== undefined) {
    // One user has few entries, one event has many: the user's index leads where both are asked for.
    terms.push(`${userId === undefined ? '' : '+'}event = :event`)
    parameters.event = event
  }
  if (since !== undefined) {
    terms.push(userId === undefined ? cheaper(db, 'SELECT id FROM audit WHERE at >= :since', '+at >= :since', { since: since.getTime() }) : '+at >= :since')
    parameters.since = since.getTime()
  }
  return { sql: terms.length === 0 ? 'true' : terms.join(' AND '), parameters }
}

function auditPage (db: Connection, { after, limit, ...filter }: AuditFilter & { after: string | null, limit: number }): AuditEntry[] {
  const { sql, parameters } = condition(db, filter)
  const before = after === null ? {} : { before: after }
  return db.all<AuditRow>(`SELECT * FROM audit WHERE ${after === null ? '' : 'id < :before AND '}${sql} ORDER BY id DESC LIMIT :limit`,
    { ...parameters, ...before, limit }).map(entryOf)
}

export function createAuditStore (reader: Reader, writer: Writer): AuditStore {
  return {
    append: async entry => writer.run('appendEntry', entry),
    page: async query => reader.read(db => auditPage(db, query)),
    count: async filter => reader.read(db => {
      const { sql, parameters } = condition(db, filter)
      return db.count(`SELECT count(*) AS found FROM audit WHERE ${sql}`, parameters)
    })
  }
}
