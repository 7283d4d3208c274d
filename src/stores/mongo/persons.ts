// Persons.
import type { Collection, Filter } from 'mongodb'
import { ServiceError } from '../../errors.js'
import type { PersonFilter, PersonPosition, PersonSort, PersonStore } from '../stores.js'
import { orNull } from './documents.js'
import { insertRows } from './insert-rows.js'
import { patchUpdate, type PersonDocument, sortedBy, toDocument, toPerson } from './person-documents.js'
import { afterPosition, allOf, anyBeginsWith } from './ranges.js'
import { bounded } from './timing.js'

const searched = ['nameKey', 'emailKey', 'personIdKey'] as const

// Asked of the member that the sort goes by, so that one index gives both. The infinities stand for a missing age.
function aged ({ minAge, maxAge }: PersonFilter, member: 'ageUp' | 'ageDown'): object[] {
  if (minAge === undefined && maxAge === undefined) return []
  const from = minAge === undefined ? { $gt: -Infinity } : { $gte: minAge }
  const to = maxAge === undefined ? { $lt: Infinity } : { $lte: maxAge }
  return [{ [member]: { ...from, ...to } }]
}

function after (sort: PersonSort, position: PersonPosition | null): object[] {
  if (position === null) return []
  const [member, direction] = sortedBy[sort]
  return afterPosition(member, direction, sortKey(member, position.key), position.id)
}

function sortKey (member: string, key: string | number | null): string | number | Date {
  if (key === null) return member === 'ageUp' ? Infinity : -Infinity
  return member === 'createdAt' ? new Date(key) : key
}

function ofVersion (id: string, ifVersions: readonly number[] | undefined): Filter<PersonDocument> {
  return { _id: id, ...(ifVersions !== undefined && { version: { $in: [...ifVersions] } }) }
}

export function createPersonStore (persons: Collection<PersonDocument>): PersonStore {
  // Nothing was written: because of the version, or because nobody is there.
  async function refuseIfThere (id: string, ifVersions: readonly number[] | undefined): Promise<void> {
    if (ifVersions === undefined) return
    if (await persons.findOne({ _id: id }, { ...bounded, projection: { _id: 1 } }) !== null) throw new ServiceError('version_mismatch')
  }

  return {
    async insert (person) {
      await persons.insertOne(toDocument(person))
    },

    async insertMany (rows) {
      return insertRows(persons, rows.map(toDocument))
    },

    async find (id) {
      return orNull(await persons.findOne({ _id: id }, bounded), toPerson)
    },

    async update (id, patch, now, ifVersions) {
      const updated = await persons.findOneAndUpdate(ofVersion(id, ifVersions), patchUpdate(patch, now), { returnDocument: 'after' })
      if (updated === null) await refuseIfThere(id, ifVersions)
      return orNull(updated, toPerson)
    },

    async remove (id, ifVersions) {
      const { deletedCount } = await persons.deleteOne(ofVersion(id, ifVersions))
      if (deletedCount === 0) await refuseIfThere(id, ifVersions)
      return deletedCount === 1
    },

    async page ({ sort, after: position, limit, q, ...ages }) {
      const [member, direction] = sortedBy[sort]
      const filter = allOf([
        ...anyBeginsWith(searched, q),
        ...aged(ages, member === 'ageDown' ? 'ageDown' : 'ageUp'),
        ...after(sort, position)
      ])
      const found = await persons.find(filter, bounded).sort([[member, direction], ['_id', 1]]).limit(limit).toArray()
      return found.map(toPerson)
    },

    async count ({ q, ...ages }, atMost) {
      const filter = allOf([...anyBeginsWith(searched, q), ...aged(ages, 'ageUp')])
      return { found: await persons.countDocuments(filter, { ...bounded, ...(atMost !== undefined && { limit: atMost }) }) }
    }
  }
}
