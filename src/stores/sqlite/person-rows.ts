// Persons as rows.
import { foldCase } from '../../text.js'
import type { Person } from '../stores.js'
import type { Value } from './connection.js'
import { instant } from './values.js'

export interface PersonRow {
  id: string
  person_id: string
  name: string
  email: string | null
  age: number | null
  created_at: number
  updated_at: number
  version: number
}

export const personColumns = 'id, person_id, name, email, age, created_at, updated_at, version'

export function personOf (row: PersonRow): Person {
  return {
    id: row.id,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    age: row.age,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
    version: row.version
  }
}

/** All columns, by name. */
export function personValues (person: Person): Record<string, Value> {
  return {
    id: person.id,
    person_id: person.personId,
    person_id_folded: foldCase(person.personId),
    name: person.name,
    name_folded: foldCase(person.name),
    email: person.email,
    email_folded: person.email === null ? null : foldCase(person.email),
    age: person.age,
    created_at: person.createdAt.getTime(),
    updated_at: person.updatedAt.getTime(),
    version: person.version
  }
}
