// Persons: the list that the protected part of an app is about. Pages by keyset, versions against lost updates.
import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { type Clock } from './clock.js'
import { ServiceError } from './errors.js'
import { idPattern, newId } from './ids.js'
import { type Person, type PersonFilter, type PersonPatch, type PersonPosition, type PersonSort, type PersonStore } from './stores/stores.js'
import { canonicalEmail, foldCase } from './text.js'

export interface PersonInput { personId?: string, name: string, email?: string | null, age?: number | null }
export interface PersonListQuery { q?: string, minAge?: number, maxAge?: number, sort?: PersonSort, limit?: number, cursor?: string, total?: boolean }
export interface Page<T> { items: T[], nextCursor: string | null, total?: number }

export type Persons = ReturnType<typeof createPersons>

const defaultLimit = 50

export function createPersons ({ store, clock }: { store: PersonStore, clock: Clock }) {
  return {
    /** A page. Throws `invalid_cursor` when the cursor was made under another sort or filter. */
    async list (query: PersonListQuery): Promise<Page<Person>> {
      const { sort = 'createdAt', limit = defaultLimit } = query
      const filter = readFilter(query)
      const binding = bindingOf(sort, filter)
      const after = query.cursor === undefined ? null : readCursor(query.cursor, binding)
      const found = await store.page({ ...filter, sort, after, limit: limit + 1 })
      const items = found.slice(0, limit)
      const last = items.at(-1)
      const nextCursor = found.length > limit && last !== undefined ? writeCursor(positionOf(last, sort), binding) : null
      return { items, nextCursor, ...(query.total === true && { total: await store.count(filter) }) }
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

function positionOf (person: Person, sort: PersonSort): PersonPosition {
  const member = sort.replace('-', '')
  const key = member === 'name' ? foldCase(person.name) : member === 'age' ? person.age : person.createdAt.getTime()
  return { key, id: person.id }
}

/** What a cursor is bound to: a short digest of sort and filter. */
function bindingOf (sort: PersonSort, filter: PersonFilter): string {
  return createHash('sha256').update(JSON.stringify([sort, filter.q, filter.minAge, filter.maxAge])).digest('base64url').slice(0, 11)
}

const Cursor = TypeCompiler.Compile(Type.Tuple([
  Type.String(),
  Type.Union([Type.String({ maxLength: 400 }), Type.Integer(), Type.Null()]),
  Type.RegExp(new RegExp(idPattern))
]))

function writeCursor ({ key, id }: PersonPosition, binding: string): string {
  return Buffer.from(JSON.stringify([binding, key, id])).toString('base64url')
}

/** A cursor is not a secret and not trusted: any text that is not one of ours for this list is refused. */
function readCursor (text: string, binding: string): PersonPosition {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw new ServiceError('invalid_cursor')
  }
  if (!Cursor.Check(value) || value[0] !== binding) throw new ServiceError('invalid_cursor')
  return { key: value[1], id: value[2] }
}
