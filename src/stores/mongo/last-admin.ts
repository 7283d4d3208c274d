// Keeps one enabled admin in place without a transaction: one document names the keeper, who cannot be demoted before another is keeper.
//
// Rule: the keeper is an enabled admin at every moment. So whoever demotes somebody else leaves at least the keeper.
//
//   appoint Z:  A1 read the guard's version   A2 raise Z's fence, if Z is an enabled admin   A3 name Z keeper, if the version is A1's
//   demote X:   D1 read X's standing, fence   D2 raise the version, if the keeper is not X   D3 write X, if standing and fence are D1's
//
// Why Z cannot become keeper and be demoted: were A2 between D1 and D3, the fence stops D3. Were A2 before D1, A3 comes
// either before D2, which then finds Z as keeper and does not pass, or after it, and the version stops A3. After D3, A2 finds no admin.
// A crash anywhere leaves a keeper who is an admin, a version or a fence raised for nothing, and no demotion half done.
// Promotion writes nothing here: the keeper may be any one of the admins, so the guard need not know the others.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Collection, Filter } from 'mongodb'
import { ServiceError } from '../../errors.js'
import type { User } from '../stores.js'
import { unavailable } from './errors.js'
import { insertIfAbsent } from './insert-rows.js'
import { bounded } from './timing.js'
import type { UserDocument } from './user-documents.js'

export interface GuardDocument { _id: string, keeper: string, version: number }
export type Standing = Pick<User, 'role' | 'disabled'>
/** With when the role was changed last. */
export type DatedStanding = Standing & Pick<UserDocument, 'roleChangedAt'>

const guardId = 'admins'
const tries = 12
const enabledAdmin = { role: 'admin', disabled: false } as const

/** Says whether somebody of this standing counts as an admin. */
export function isEnabledAdmin ({ role, disabled }: Standing): boolean {
  return role === 'admin' && !disabled
}

export interface LastAdmin {
  /**
   * Has `write` change the account if its standing is still what it was read as; `demotes` says whether that takes an
   * enabled admin away. Null where there is no such account. Throws `last_admin`.
   */
  change<T> (id: string, demotes: (before: Standing) => boolean, write: (filter: Filter<UserDocument>, before: DatedStanding) => Promise<T | null>): Promise<T | null>
}

export function createLastAdmin (users: Collection<UserDocument>, guards: Collection<GuardDocument>): LastAdmin {
  /** D2. False: somebody else moved first, begin again. */
  async function keeperStaysWithout (id: string): Promise<boolean> {
    const guard = await guards.findOne({ _id: guardId }, bounded)
    if (guard === null || guard.keeper === id || !await isThere(guard.keeper)) return appoint(guard, id)
    const held = await guards.updateOne({ _id: guardId, keeper: guard.keeper }, { $inc: { version: 1 } })
    return held.matchedCount === 1
  }

  // Only a hand in the database can make the keeper no admin; looking costs one read of a rare operation.
  async function isThere (keeper: string): Promise<boolean> {
    return await users.findOne({ _id: keeper, ...enabledAdmin }, { ...bounded, projection: { _id: 1 } }) !== null
  }

  // Naming another is D2 as well: the keeper is not `inPlaceOf`, and the version went up. So who named is one write from
  // done, and of many who stop each other's writes one always gets through.
  async function appoint (guard: GuardDocument | null, inPlaceOf: string): Promise<boolean> {
    const other = { ...enabledAdmin, _id: { $ne: inPlaceOf } }
    const next = await users.findOne(other, { ...bounded, projection: { _id: 1 } })
    if (next === null) throw new ServiceError('last_admin')
    const fenced = await users.updateOne({ _id: next._id, ...enabledAdmin }, { $inc: { fence: 1 } })
    return fenced.matchedCount === 1 && await name(guard, next._id)
  }

  async function name (guard: GuardDocument | null, keeper: string): Promise<boolean> {
    if (guard === null) return insertIfAbsent(guards, { _id: guardId, keeper, version: 1 })
    const named = await guards.updateOne({ _id: guardId, version: guard.version }, { $set: { keeper }, $inc: { version: 1 } })
    return named.matchedCount === 1
  }

  return {
    async change (id, demotes, write) {
      for (let turn = 0; turn < tries; turn++) {
        const before = await users.findOne({ _id: id }, { ...bounded, projection: { role: 1, disabled: 1, fence: 1, roleChangedAt: 1 } })
        if (before === null) return null
        const { role, disabled, fence, roleChangedAt = { $exists: false } } = before
        if (!isEnabledAdmin(before) || !demotes(before) || await keeperStaysWithout(id)) {
          const written = await write({ _id: id, role, disabled, fence, roleChangedAt }, before)
          if (written !== null) return written
        }
        await sleep(Math.random() * 10 * (turn + 1))
      }
      throw unavailable(new Error(`the standing of ${id} changes too fast`))
    }
  }
}
