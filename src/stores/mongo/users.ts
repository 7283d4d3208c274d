// Accounts.
import type { Collection, Filter } from 'mongodb'
import { argon2Parameters } from '../../passwords/hash-cost.js'
import { bcryptCost } from '../../passwords/password-hash.js'
import type { InsertOutcome, NewUser, UserFilter, UserStore } from '../stores.js'
import { absent, orNull, present } from './documents.js'
import { createLastAdmin, type GuardDocument, isEnabledAdmin } from './last-admin.js'
import { allOf, anyBeginsWith } from './ranges.js'
import { insertRows } from './insert-rows.js'
import { bounded } from './timing.js'
import { byName, hashMembers, patchUpdate, toDocument, toUser, type UserDocument, withoutSecrets } from './user-documents.js'

const searched = ['email', 'usernameKey', 'firstNameKey', 'lastNameKey'] as const

function matching ({ q, role, disabled }: UserFilter, after: string | null): Filter<UserDocument> {
  return allOf([
    ...anyBeginsWith(searched, q),
    ...(role === undefined ? [] : [{ role }]),
    ...(disabled === undefined ? [] : [{ disabled }]),
    ...(after === null ? [] : [{ _id: { $gt: after } }])
  ])
}

export function createUserStore (users: Collection<UserDocument>, guards: Collection<GuardDocument>): UserStore {
  const lastAdmin = createLastAdmin(users, guards)
  const asUser = { returnDocument: 'after', projection: withoutSecrets } as const

  return {
    async insert (entry) {
      await users.insertOne(toDocument(entry))
    },

    async insertMany (entries: readonly NewUser[]): Promise<InsertOutcome[]> {
      return insertRows(users, entries.map(toDocument))
    },

    async find (name) {
      return orNull(await users.findOne(byName(name), { ...bounded, projection: withoutSecrets }), toUser)
    },

    async findCredentials (name) {
      return orNull(await users.findOne(byName(name), bounded), document => ({
        user: toUser(document),
        passwordHash: document.passwordHash ?? null,
        passwordVersion: document.passwordVersion
      }))
    },

    async update (id, patch, now) {
      if (patch.role === undefined && patch.disabled === undefined) {
        return orNull(await users.findOneAndUpdate({ _id: id }, patchUpdate(patch, now, false), asUser), toUser)
      }
      const changed = await lastAdmin.change(
        id,
        before => !isEnabledAdmin({ role: patch.role ?? before.role, disabled: patch.disabled ?? before.disabled }),
        async (filter, before) => users.findOneAndUpdate(filter, patchUpdate(patch, now, (patch.role ?? before.role) !== before.role, before.roleChangedAt), asUser)
      )
      return orNull(changed, toUser)
    },

    async setPassword (id, passwordHash, now, fromVersion) {
      const members = hashMembers(passwordHash)
      const { matchedCount } = await users.updateOne({ _id: id, ...(fromVersion !== undefined && { passwordVersion: fromVersion }) }, {
        $set: { ...present(members), updatedAt: now },
        $inc: { passwordVersion: 1 },
        ...unsetOf(members)
      })
      return matchedCount === 1
    },

    async renewHash (id, from, to) {
      const members = hashMembers(to)
      const { matchedCount } = await users.updateOne({ _id: id, passwordHash: from }, { $set: present(members), ...unsetOf(members) })
      return matchedCount === 1
    },

    async noteLogin (id, now) {
      await users.updateOne({ _id: id }, { $set: { lastLoginAt: now } })
    },

    async remove (id) {
      const removed = await lastAdmin.change(id, () => true, async filter => users.findOneAndDelete(filter, { projection: { _id: 1 } }))
      return removed !== null
    },

    async page ({ after, limit, ...filter }) {
      const found = await users.find(matching(filter, after), { ...bounded, projection: withoutSecrets })
        .sort({ _id: 1 }).limit(limit).toArray()
      return found.map(toUser)
    },

    async count (filter, atMost) {
      return users.countDocuments(matching(filter, null), { ...bounded, ...(atMost !== undefined && { limit: atMost }) })
    },

    async highestHashCosts () {
      const [bcrypt, argon2] = await Promise.all(['bcryptCost', 'argon2Work'].map(async member => {
        const [highest] = await users.find({ [member]: { $gt: 0 } }, { ...bounded, projection: { passwordHash: 1 } }).sort({ [member]: -1 }).limit(1).toArray()
        return highest?.passwordHash
      }))
      return { bcryptCost: orNull(bcrypt ?? null, bcryptCost), argon2: orNull(argon2 ?? null, argon2Parameters) }
    }
  }
}

function unsetOf (members: object): { $unset?: Record<string, ''> } {
  const unset = absent(members)
  return Object.keys(unset).length > 0 ? { $unset: unset } : {}
}
