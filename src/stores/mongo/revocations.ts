// The feed for the deny-list: sessions that ended and roles that changed, in the order of the server's time of the write and then of the id.
//
// There is no sequence across documents: a write stamped earlier may be seen later, by as much as the clocks of two primaries differ. So
// once all has been told, the next pass begins that much before the newest, and tells it once more.
import type { Collection, Filter } from 'mongodb'
import { ServiceError } from '../../errors.js'
import type { Revocation, RevocationStore } from '../stores.js'
import { afterPosition, allOf } from './ranges.js'
import type { SessionDocument } from './sessions.js'
import { bounded } from './timing.js'
import type { UserDocument } from './user-documents.js'

/** As much as tokens allow clocks to differ (docs/STORES.md). */
const overlapMs = 60_000

/** `from`: where the pass began; `at` and `id`: the last that was told of it, '' at its beginning. In milliseconds. */
interface Position { from: number, at: number, id: string }
interface Row { revocation: Revocation, at: number, id: string }

function read (cursor: string): Position {
  const [, from, at, id = ''] = /^(\d{1,15}) (\d{1,15}) ([\w-]*)$/.exec(cursor) ?? []
  if (from === undefined) throw new ServiceError('invalid_cursor')
  return { from: Number(from), at: Number(at), id }
}

function fromSession ({ _id, endedAt, endRecordedAt }: SessionDocument): Row {
  return { revocation: { kind: 'session', sessionId: _id, at: endedAt as Date }, at: (endRecordedAt as Date).getTime(), id: _id }
}

function fromUser ({ _id, role, roleChangedAt, roleRecordedAt }: UserDocument): Row {
  return { revocation: { kind: 'role', userId: _id, role, at: roleChangedAt as Date }, at: (roleRecordedAt as Date).getTime(), id: _id }
}

export function createRevocationStore (sessions: Collection<SessionDocument>, users: Collection<UserDocument>): RevocationStore {
  async function rowsAfter ({ at, id }: Position, limit: number): Promise<Row[]> {
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

  /** Not beyond what the server has stamped, however far our own clock is ahead. */
  async function firstPosition (notBefore: Date): Promise<Position> {
    const from = Math.max(0, Math.min(notBefore.getTime(), await newest()) - overlapMs)
    return { from, at: from, id: '' }
  }

  return {
    async page (cursor, notBefore, limit) {
      const position = cursor === null ? await firstPosition(notBefore) : read(cursor)
      const rows = await rowsAfter(position, limit)
      const more = rows.length === limit
      const { at, id } = rows.at(-1) ?? position
      // Not beyond our own clock: a primary that was ahead of all may have stamped the newest. When twice that time has passed since, nothing
      // can be seen any more that was stamped before it.
      const now = Date.now()
      const from = Math.max(position.from, Math.min(at, now) - overlapMs, Math.min(at, now - 2 * overlapMs))
      const next = more ? `${position.from} ${at} ${id}` : `${from} ${from} `
      return { revocations: rows.map(({ revocation }) => revocation), cursor: next, more }
    }
  }
}
