// The feed for the deny-list: sessions that ended and roles that changed, in the order of the server's time of the write.
//
// There is no sequence across documents: a write stamped earlier may be seen later, by as much as it took to commit and as
// the clocks of two primaries differ. So every reading looks back over what is that close to the newest, and the cursor
// names what of it has been told already.
import type { Collection, Filter } from 'mongodb'
import type { Revocation, RevocationStore } from '../stores.js'
import { createRevocationPages } from './revocation-pages.js'
import { formCursor, readCursor } from './revocation-cursor.js'
import type { SessionDocument } from './sessions.js'
import { bounded } from './timing.js'
import type { UserDocument } from './user-documents.js'

const overlapMs = 15_000

interface Recorded { revocation: Revocation, name: string, recordedAt: number }

// A session that was brought along as ended has no time of recording.
function recorded (revocation: Revocation, id: string, time: Date | undefined): Recorded {
  const recordedAt = time?.getTime() ?? 0
  return { revocation, name: `${id}@${String(recordedAt)}`, recordedAt }
}

function fromSession ({ _id, endedAt, endRecordedAt }: SessionDocument): Recorded {
  return recorded({ kind: 'session', sessionId: _id, at: endedAt as Date }, _id, endRecordedAt)
}

function fromUser ({ _id, role, roleChangedAt, roleRecordedAt }: UserDocument): Recorded {
  return recorded({ kind: 'role', userId: _id, role, at: roleChangedAt as Date }, _id, roleRecordedAt)
}

export function createRevocationStore (sessions: Collection<SessionDocument>, users: Collection<UserDocument>): RevocationStore {
  async function read (bySession: Filter<SessionDocument>, byUser: Filter<UserDocument>): Promise<Recorded[]> {
    const [ended, changed] = await Promise.all([
      sessions.find(bySession, { ...bounded, projection: { endedAt: 1, endRecordedAt: 1 } }).toArray(),
      users.find(byUser, { ...bounded, projection: { role: 1, roleChangedAt: 1, roleRecordedAt: 1 } }).toArray()
    ])
    return [...ended.map(fromSession), ...changed.map(fromUser)]
  }

  async function recordedSince (newest: number): Promise<Recorded[]> {
    const from = new Date(newest - overlapMs)
    return read({ endRecordedAt: { $gte: from } }, { roleRecordedAt: { $gte: from } })
  }

  async function newestRecorded (): Promise<number> {
    const epoch = new Date(0)
    const [session, user] = await Promise.all([
      sessions.findOne({ endRecordedAt: { $gt: epoch } }, { ...bounded, sort: { endRecordedAt: -1 }, projection: { endRecordedAt: 1 } }),
      users.findOne({ roleRecordedAt: { $gt: epoch } }, { ...bounded, sort: { roleRecordedAt: -1 }, projection: { roleRecordedAt: 1 } })
    ])
    return Math.max(session?.endRecordedAt?.getTime() ?? 0, user?.roleRecordedAt?.getTime() ?? 0)
  }

  function nextCursor (newest: number, rows: Recorded[]): string {
    const reached = rows.reduce((latest, row) => Math.max(latest, row.recordedAt), newest)
    const again = rows.filter(row => row.recordedAt >= reached - overlapMs)
    return formCursor(reached, again.map(row => row.name))
  }

  return {
    page: createRevocationPages(sessions, users, overlapMs),
    async since (cursor, notBefore) {
      if (cursor === null) {
        // The place to go on from is taken first, so that what is recorded while reading lies after it.
        const newest = await newestRecorded()
        const next = nextCursor(newest, await recordedSince(newest))
        const rows = await read({ endedAt: { $gte: notBefore } }, { roleChangedAt: { $gte: notBefore } })
        return { revocations: rows.map(row => row.revocation), cursor: next }
      }
      const { newest, told } = readCursor(cursor)
      const rows = await recordedSince(newest)
      const fresh = rows.filter(row => !told.has(row.name))
      return { revocations: fresh.map(row => row.revocation), cursor: nextCursor(newest, rows) }
    }
  }
}
