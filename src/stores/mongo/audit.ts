// The audit log.
import type { Collection, Filter } from 'mongodb'
import type { AuditEntry, AuditFilter, AuditStore } from '../stores.js'
import { present } from './documents.js'
import { allOf } from './ranges.js'
import { bounded } from './timing.js'

type Fact = AuditEntry['detail'][string]

export interface AuditDocument extends Pick<AuditEntry, 'at' | 'event'> {
  _id: string
  userId?: string
  actorId?: string
  ip?: string
  userAgent?: string
  /** Pairs, because servers before 5.0 refuse some names of members (`$x`, `a.b`). */
  detail: Array<{ name: string, value: Fact }>
}

export function toDocument ({ id, at, event, userId, actorId, ip, userAgent, detail }: AuditEntry): AuditDocument {
  const facts = Object.entries(detail).map(([name, value]) => ({ name, value }))
  return { _id: id, at, event, ...present({ userId, actorId, ip, userAgent }), detail: facts }
}

export function toEntry ({ _id, at, event, userId, actorId, ip, userAgent, detail }: AuditDocument): AuditEntry {
  return {
    id: _id,
    at,
    event,
    userId: userId ?? null,
    actorId: actorId ?? null,
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    detail: Object.fromEntries(detail.map(({ name, value }): [string, Fact] => [name, value]))
  }
}

function matching ({ userId, event, since }: AuditFilter, after: string | null): Filter<AuditDocument> {
  return allOf([
    ...(userId === undefined ? [] : [{ userId }]),
    ...(event === undefined ? [] : [{ event }]),
    ...(since === undefined ? [] : [{ at: { $gte: since } }]),
    ...(after === null ? [] : [{ _id: { $lt: after } }])
  ])
}

export function createAuditStore (audit: Collection<AuditDocument>): AuditStore {
  return {
    async append (entry) {
      await audit.insertOne(toDocument(entry))
    },

    async page ({ after, limit, ...filter }) {
      return (await audit.find(matching(filter, after), bounded).sort({ _id: -1 }).limit(limit).toArray()).map(toEntry)
    },

    async count (filter) {
      return audit.countDocuments(matching(filter, null), bounded)
    }
  }
}
