// Persons: the list that the protected part of an app is about. Pages by keyset, versions against lost updates.
import type { Clock } from './clock.js'
import { type Page, type PageQuery, readPage, searchedTotal } from './cursors.js'
import { ServiceError } from './errors.js'
import { newId } from './ids.js'
import type { Person, PersonFilter, PersonPatch, PersonPosition, PersonSort, PersonStore } from './stores/stores.js'
import { canonicalEmail, foldCase } from './text.js'

export interface PersonInput { personId?: string, name: string, email?: string | null, age?: number | null }
export interface PersonListQuery extends PageQuery { q?: string, minAge?: number, maxAge?: number, sort?: PersonSort }

export type Persons = ReturnType<typeof createPersons>

export function createPersons ({ store, clock }: { store: PersonStore, clock: Clock }) {
  return {
    /** A page; it may have few items or none and not be the last, where what is searched for lies far apart. Throws `invalid_cursor` when
     * the cursor was made under another sort or filter, `busy` where too many search so at once. */
    async list (query: PersonListQuery): Promise<Page<Person>> {
      const { sort = 'createdAt' } = query
      const filter = readFilter(query)
      return await readPage(query, {
        binding: [sort, filter.q, filter.minAge, filter.maxAge],
        positionOf: (person) => positionOf(person, sort),
        isKey: isKey[memberOf(sort)],
        page: (after, limit) => store.page({ ...filter, sort, after, limit }),
        count: (atMost) => store.count(filter, atMost),
        // As for accounts: what is searched for is counted entry by entry.
        ...(Object.keys(filter).length > 0 && { countUpTo: searchedTotal })
      })
    },

    /** Throws `not_found`. */
    async find (id: string): Promise<Person> {
      return found(await store.find(id))
    },

    /** Throws `person_id_taken`. Without a `personId` the id serves. */
    async create (input: PersonInput): Promise<Person> {
      const id = newId()
      const now = clock()
      const person: Person = { id, personId: input.personId ?? id, name: input.name, email: readEmail(input.email), age: input.age ?? null, createdAt: now, updatedAt: now, version: 1 }
      await store.insert(person)
      return person
    },

    /** Replaces: what is left out becomes null, `personId` stays. Throws `not_found`, `person_id_taken`, `version_mismatch`. */
    async replace (id: string, { personId, name, email, age }: PersonInput, ifVersions?: readonly number[]): Promise<Person> {
      const patch: PersonPatch = { name, email: readEmail(email), age: age ?? null, ...(personId !== undefined && { personId }) }
      return found(await store.update(id, patch, clock(), ifVersions))
    },

    /** Merges (RFC 7396): what is left out stays, null removes. Throws as `replace`. */
    async merge (id: string, patch: PersonPatch, ifVersions?: readonly number[]): Promise<Person> {
      const canonical = patch.email === undefined ? patch : { ...patch, email: readEmail(patch.email) }
      return found(await store.update(id, canonical, clock(), ifVersions))
    },

    /** Throws `not_found`, `version_mismatch`. */
    async remove (id: string, ifVersions?: readonly number[]): Promise<void> {
      if (!await store.remove(id, ifVersions)) throw new ServiceError('not_found')
    }
  }
}

function found (person: Person | null): Person {
  if (person === null) throw new ServiceError('not_found')
  return person
}

function readEmail (email: string | null | undefined): string | null {
  return email === null || email === undefined ? null : canonicalEmail(email)
}

function readFilter ({ q, minAge, maxAge }: PersonListQuery): PersonFilter {
  return { ...(q !== undefined && { q: foldCase(q) }), ...(minAge !== undefined && { minAge }), ...(maxAge !== undefined && { maxAge }) }
}

type SortMember = 'name' | 'age' | 'createdAt'
const memberOf = (sort: PersonSort) => sort.replace('-', '') as SortMember

/** The last millisecond that a Date knows (ECMA-262 §21.4.1.1). */
const endOfTime = 8.64e15
const isKey: Record<SortMember, (key: unknown) => boolean> = {
  name: (key) => typeof key === 'string' && !key.includes('\0'),
  age: (key) => key === null || typeof key === 'number',
  createdAt: (key) => typeof key === 'number' && Math.abs(key) <= endOfTime
}

function positionOf (person: Person, sort: PersonSort): PersonPosition {
  const member = memberOf(sort)
  const key = member === 'name' ? foldCase(person.name) : member === 'age' ? person.age : person.createdAt.getTime()
  return { key, id: person.id }
}
