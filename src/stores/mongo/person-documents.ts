// How a person lies in its collection, and the members that sort and search look at.
import { foldCase } from '../../text.js'
import type { Person, PersonPatch, PersonSort } from '../stores.js'
import { absent, orNull, present } from './documents.js'

export interface PersonDocument {
  _id: string
  personId: string
  personIdKey: string
  name: string
  nameKey: string
  email?: string
  emailKey?: string
  age?: number
  /** The age, or what sorts after every age in this direction: missing ages come last in both. */
  ageUp: number
  ageDown: number
  createdAt: Date
  updatedAt: Date
  version: number
}

/** The member and direction that a sort goes by. */
export const sortedBy: Record<PersonSort, [member: 'nameKey' | 'ageUp' | 'ageDown' | 'createdAt', direction: 1 | -1]> = {
  name: ['nameKey', 1],
  '-name': ['nameKey', -1],
  age: ['ageUp', 1],
  '-age': ['ageDown', -1],
  createdAt: ['createdAt', 1],
  '-createdAt': ['createdAt', -1]
}

function ageKeys (age: number | null): { ageUp: number, ageDown: number } {
  return { ageUp: age ?? Infinity, ageDown: age ?? -Infinity }
}

interface Keys { personIdKey?: string, nameKey?: string, emailKey?: string | null, ageUp?: number, ageDown?: number }

function keysOf ({ personId, name, email, age }: PersonPatch): Keys {
  return {
    ...(personId !== undefined && { personIdKey: foldCase(personId) }),
    ...(name !== undefined && { nameKey: foldCase(name) }),
    ...(email !== undefined && { emailKey: orNull(email, foldCase) }),
    ...(age !== undefined && ageKeys(age))
  }
}

export function toDocument (person: Person): PersonDocument {
  const { id, personId, name, email, age, createdAt, updatedAt, version } = person
  return {
    _id: id,
    personId,
    personIdKey: foldCase(personId),
    name,
    nameKey: foldCase(name),
    ...present({ email, emailKey: orNull(email, foldCase), age }),
    ...ageKeys(age),
    createdAt,
    updatedAt,
    version
  }
}

export function toPerson (document: PersonDocument): Person {
  const { _id, personId, name, email, age, createdAt, updatedAt, version } = document
  return { id: _id, personId, name, email: email ?? null, age: age ?? null, createdAt, updatedAt, version }
}

export function patchUpdate (patch: PersonPatch, now: Date): object {
  const { personId, name, email, age } = patch
  const members = { personId, name, email, age, ...keysOf(patch) }
  const unset = absent(members)
  return {
    $set: { ...present(members), updatedAt: now },
    $inc: { version: 1 },
    ...(Object.keys(unset).length > 0 && { $unset: unset })
  }
}
