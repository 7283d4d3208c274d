// The feed for the deny-list: sessions that ended and roles that changed, in the order of the server's time of the write and then of the id.
//
// There is no sequence across documents: a write stamped earlier may be seen later, by as much as the clocks of two primaries differ. What
// has been told is read again for that long (revocation-cursor.ts).
import type { Collection, Filter } from 'mongodb'
import type { Revocation, RevocationStore } from '../stores.js'
import { afterPosition, allOf } from './ranges.js'
import { firstPosition, type Place, placeOf, positionAfter, readCursor, writeCursor } from './revocation-cursor.js'
import type { SessionDocument } from './sessions.js'
import { bounded } from './timing.js'
import type { UserDocument } from './user-documents.js'

interface Row extends Place { revocation: Revocation }

function fromSession ({ _id, endedAt, endRecordedAt }: SessionDocument): Row {
  return { revocation: { kind: 'session', sessionId: _id, at: endedAt as Date }, at: (endRecordedAt as Date).getTime(), id: _id }
}

function fromUser ({ _id, role, roleChangedAt, roleRecordedAt }: UserDocument): Row {
  return { revocation: { kind: 'role', userId: _id, role, at: roleChangedAt as Date }, at: (roleRecordedAt as Date).getTime(), id: _id }
}

export function createRevocationStore (sessions: Collection<SessionDocument>, users: Collection<UserDocument>): RevocationStore {
  async function rowsAfter ({ at, id }: Place, limit: number): Promise<Row[]> {
    const after = (member: string): Filter<unknown> => allOf(afterPosition(member, 1, new Date(at), id))
    const [ended, changed] = await Promise.all([
      sessions.find(after('endRecordedAt') as Filter<SessionDocument>, { ...bounded, projection: { endedAt: 1, endRecordedAt: 1 } })
        .sort({ endRecordedAt: 1, _id: 1 }).limit(limit).toArray(),
      users.find(after('roleRecordedAt') as Filter<UserDocument>, { ...bounded, projection: { role: 1, roleChangedAt: 1, roleRecordedAt: 1 } })
        .sort({ roleRecordedAt: 1, _id: 1 }).limit(limit).toArray()
    ])
    return [...ended.map(fromSession), ...changed.map(fromUser)].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(0, limit)
  }

  /** The server's time of the last one, in milliseconds; 0 where there is none. */
  async function newest (): Promise<number> {
    const since = { $gt: new Date(0) }
    const [session, user] = await Promise.all([
      sessions.findOne({ endRecordedAt: since }, { ...bounded, sort: { endRecordedAt: -1 }, projection: { endRecordedAt: 1 } }),
      users.findOne({ roleRecordedAt: since }, { ...bounded, sort: { roleRecordedAt: -1 }, projection: { roleRecordedAt: 1 } })
    ])
    return Math.max(session?.endRecordedAt?.getTime() ?? 0, user?.roleRecordedAt?.getTime() ?? 0)
  }

  return {
    async page (cursor, notBefore, limit) {
      const position = cursor === null ? firstPosition(notBefore.getTime(), await newest(), Date.now()) : readCursor(cursor)
      const place = placeOf(position)
      const rows = await rowsAfter(place, limit)
      const more = rows.length === limit
      const next = positionAfter(position, rows.at(-1) ?? place, more, Date.now())
      return { revocations: rows.map(({ revocation }) => revocation), cursor: writeCursor(next), more }
    }
  }
}
