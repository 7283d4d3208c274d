// The revocations in pages with short cursors. A pass goes by the server's time of the write and then by the id; the next pass begins as
// far before the end of this one as a write may be seen late (revocations.ts), and tells that once more.
import type { Collection } from 'mongodb'
import { ServiceError } from '../../errors.js'
import type { Revocation } from '../stores.js'
import { afterPosition, allOf } from './ranges.js'
import type { SessionDocument } from './sessions.js'
import { bounded } from './timing.js'
import type { UserDocument } from './user-documents.js'

/** `from`: where the pass began; `at` and `id`: the last that was told of it, '' at its beginning. In milliseconds. */
interface Position { from: number, at: number, id: string }
interface Row { revocation: Revocation, at: number, id: string }

function read (cursor: string): Position {
  const [, from, at, id = ''] = /^(\d{1,15}) (\d{1,15}) ([\w-]*)$/.exec(cursor) ?? []
  if (from === undefined) throw new ServiceError('invalid_cursor')
  return { from: Number(from), at: Number(at), id }
}

export function createRevocationPages (sessions: Collection<SessionDocument>, users: Collection<UserDocument>, overlapMs: number) {
  async function rowsAfter ({ at, id }: Position, limit: number): Promise<Row[]> {
    const after = (member: string): object => allOf(afterPosition(member, 1, new Date(at), id))
    const [ended, changed] = await Promise.all([
      sessions.find(after('endRecordedAt'), bounded).sort({ endRecordedAt: 1, _id: 1 }).limit(limit).toArray(),
      users.find(after('roleRecordedAt'), { ...bounded, projection: { role: 1, roleChangedAt: 1, roleRecordedAt: 1 } }).sort({ roleRecordedAt: 1, _id: 1 }).limit(limit).toArray()
    ])
    return [
      ...ended.map(({ _id, endedAt, endRecordedAt }): Row => ({ revocation: { kind: 'session', sessionId: _id, at: endedAt as Date }, at: (endRecordedAt as Date).getTime(), id: _id })),
      ...changed.map(({ _id, role, roleChangedAt, roleRecordedAt }): Row => ({ revocation: { kind: 'role', userId: _id, role, at: roleChangedAt as Date }, at: (roleRecordedAt as Date).getTime(), id: _id }))
    ].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(0, limit)
  }

  /** What was brought along from another store, ended sessions and changed roles: nobody recorded when. */
  async function brought (notBefore: Date): Promise<Revocation[]> {
    const [ended, changed] = await Promise.all([
      sessions.find({ endedAt: { $gte: notBefore }, endRecordedAt: { $exists: false } }, bounded).toArray(),
      users.find({ roleChangedAt: { $gte: notBefore }, roleRecordedAt: { $exists: false } }, { ...bounded, projection: { role: 1, roleChangedAt: 1 } }).toArray()
    ])
    return [
      ...ended.map(({ _id, endedAt }): Revocation => ({ kind: 'session', sessionId: _id, at: endedAt as Date })),
      ...changed.map(({ _id, role, roleChangedAt }): Revocation => ({ kind: 'role', userId: _id, role, at: roleChangedAt as Date }))
    ]
  }

  return async function page (cursor: string | null, notBefore: Date, limit: number): Promise<{ revocations: Revocation[], cursor: string, more: boolean }> {
    const begin = Math.max(0, notBefore.getTime() - overlapMs)
    const position = cursor === null ? { from: begin, at: begin, id: '' } : read(cursor)
    const [rows, others] = await Promise.all([rowsAfter(position, limit), cursor === null ? brought(notBefore) : []])
    const more = rows.length === limit
    const { at, id } = rows.at(-1) ?? position
    const from = more ? position.from : Math.max(position.from, at - overlapMs)
    const next = more ? `${from} ${at} ${id}` : `${from} ${from} `
    return { revocations: [...others, ...rows.map(({ revocation }) => revocation)], cursor: next, more }
  }
}
