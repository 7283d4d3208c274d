// Sessions. Ending one is also its revocation: the same write stamps it with the server's time, which orders the feed.
import { randomUUID } from 'node:crypto'
import type { Collection, Filter } from 'mongodb'
import type { EndReason, Session, SessionStore } from '../stores.js'
import { orNull, present } from './documents.js'
import { beginsWith } from './ranges.js'
import { bounded } from './timing.js'

export interface SessionDocument extends Pick<Session, 'userId' | 'counter' | 'createdAt' | 'lastUsedAt' | 'maxExpiresAt'> {
  _id: string
  /** End of the idle life as the last caller asked for it. That it never passes `maxExpiresAt` is seen to when reading, so
   * that rotating is one plain write. */
  idleExpiresAt: Date
  rotatedAt?: Date
  endedAt?: Date
  endReason?: EndReason
  /** The call that ended it, so that the call can say which ones it ended. */
  endedBy?: string
  endRecordedAt?: Date
  ip?: string
  userAgent?: string
}

export function toDocument ({ id, userId, counter, createdAt, lastUsedAt, expiresAt, maxExpiresAt, rotatedAt, endedAt, endReason, ip, userAgent }: Session): SessionDocument {
  // What ended elsewhere counts as recorded when it ended.
  const optional = present({ rotatedAt, endedAt, endReason, endRecordedAt: endedAt, ip, userAgent })
  return { _id: id, userId, counter, createdAt, lastUsedAt, idleExpiresAt: expiresAt, maxExpiresAt, ...optional }
}

export function toSession (document: SessionDocument): Session {
  const { idleExpiresAt, maxExpiresAt } = document
  return {
    id: document._id,
    userId: document.userId,
    counter: document.counter,
    createdAt: document.createdAt,
    lastUsedAt: document.lastUsedAt,
    rotatedAt: document.rotatedAt ?? null,
    expiresAt: idleExpiresAt < maxExpiresAt ? idleExpiresAt : maxExpiresAt,
    maxExpiresAt,
    endedAt: document.endedAt ?? null,
    endReason: document.endReason ?? null,
    ip: document.ip ?? null,
    userAgent: document.userAgent ?? null
  }
}

// A member that was left out equals null in a query.
const notEnded = { endedAt: null } as unknown as Filter<SessionDocument>

function alive (now: Date): Filter<SessionDocument> {
  return { ...notEnded, idleExpiresAt: { $gt: now }, maxExpiresAt: { $gt: now } }
}

export function createSessionStore (sessions: Collection<SessionDocument>): SessionStore {
  function live (userId: string, now: Date): Promise<SessionDocument[]> {
    return sessions.find({ userId, ...alive(now) }, bounded).sort({ lastUsedAt: -1, _id: -1 }).toArray()
  }

  // One write ends them all, each atomically, and leaves this call's mark; the mark says afterwards which ones they were.
  async function endThose (filter: Filter<SessionDocument>, reason: EndReason, now: Date): Promise<string[]> {
    const endedBy = randomUUID()
    const ending = ended(reason, now)
    const { modifiedCount } = await sessions.updateMany({ ...filter, ...notEnded }, { ...ending, $set: { ...ending.$set, endedBy } })
    if (modifiedCount === 0) return []
    const marked = await sessions.find({ ...filter, endedBy }, { ...bounded, projection: { _id: 1 } }).toArray()
    return marked.map(({ _id }) => _id)
  }

  return {
    async insert (session) {
      await sessions.insertOne(toDocument(session))
    },

    async find (id) {
      return orNull(await sessions.findOne({ _id: id }, bounded), toSession)
    },

    async advance (id, fromCounter, now, expiresAt) {
      const advanced = await sessions.findOneAndUpdate(
        { _id: id, counter: fromCounter, ...alive(now) },
        { $inc: { counter: 1 }, $set: { rotatedAt: now, lastUsedAt: now, idleExpiresAt: expiresAt } },
        { returnDocument: 'after' }
      )
      if (advanced !== null) return { outcome: 'advanced', session: toSession(advanced) }
      const session = await sessions.findOne({ _id: id }, bounded)
      return session === null ? { outcome: 'missing' } : { outcome: 'unchanged', session: toSession(session) }
    },

    async listLive (userId, now) {
      return (await live(userId, now)).map(toSession)
    },

    async end (id, reason, now, userId) {
      const filter = { _id: id, ...(userId !== undefined && { userId }), ...notEnded }
      return (await sessions.updateOne(filter, ended(reason, now))).modifiedCount === 1
    },

    async endAll (userId, reason, now, exceptId) {
      return endThose({ userId, ...(exceptId !== undefined && { _id: { $ne: exceptId } }) }, reason, now)
    },

    async trim (userId, keep, now) {
      const surplus = (await live(userId, now)).slice(keep).map(({ _id }) => _id)
      return surplus.length === 0 ? [] : endThose({ userId, _id: { $in: surplus } }, 'too_many', now)
    },

    async hasSeen (userId, userAgent, ipPrefixes, since, beforeId) {
      if (ipPrefixes.length === 0) return false
      const anyNetwork = { $or: ipPrefixes.map(prefix => ({ ip: beginsWith(prefix) })) }
      const device = { userId, userAgent, lastUsedAt: { $gte: since }, _id: { $lt: beforeId }, ...anyNetwork } as Filter<SessionDocument>
      return await sessions.findOne(device, { ...bounded, projection: { _id: 1 } }) !== null
    }
  }
}

function ended (endReason: EndReason, endedAt: Date): { $set: Pick<SessionDocument, 'endReason' | 'endedAt'>, $currentDate: { endRecordedAt: true } } {
  return { $set: { endedAt, endReason }, $currentDate: { endRecordedAt: true } }
}
