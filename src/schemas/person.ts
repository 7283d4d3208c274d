// A person as the API shows it, and the bodies and queries about persons.
import { type Static, Type } from '@sinclair/typebox'
import type { Person } from '../stores/stores.js'
import { Email, Id, listQuery, Nullable, Ref, SearchedPageOf, SortOrder, Timestamp, visibleText } from './fields.js'

const PersonId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: 'The business key, unique', examples: ['P-1001'] })
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: visibleText, examples: ['Grace Hopper'] })
const Age = Type.Integer({ minimum: 0, maximum: 150, examples: [37] })
const Prefix = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$', description: 'Prefix of name, e-mail or personId, ignoring case' })

export const PersonView = Type.Object({
  id: Id,
  personId: PersonId,
  name: Name,
  email: Nullable(Email),
  age: Nullable(Age),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Type.Integer({ minimum: 1, description: 'One more with every write; in quotes, the ETag' })
}, { $id: 'Person', additionalProperties: false })

export const PersonPage = Type.Object(SearchedPageOf(Ref(PersonView)).properties, { $id: 'PersonPage', additionalProperties: false })

export const PersonBody = Type.Object({
  personId: Type.Optional(PersonId),
  name: Name,
  email: Type.Optional(Nullable(Email)),
  age: Type.Optional(Nullable(Age))
}, { $id: 'PersonBody', additionalProperties: false, examples: [{ personId: 'P-1001', name: 'Grace Hopper', email: 'grace@example.com', age: 37 }] })

export const PersonPatchBody = Type.Object({
  personId: Type.Optional(PersonId),
  name: Type.Optional(Name),
  email: Type.Optional(Nullable(Email)),
  age: Type.Optional(Nullable(Age))
}, { $id: 'PersonPatch', additionalProperties: false, description: 'What is left out stays, `null` removes', examples: [{ age: 38, email: null }] })

export const PersonQuery = Type.Object({
  ...listQuery,
  q: Type.Optional(Prefix),
  minAge: Type.Optional(Age),
  maxAge: Type.Optional(Age),
  sort: Type.Optional(SortOrder)
}, { additionalProperties: false })

export function presentPerson (person: Person): Static<typeof PersonView> {
  return { ...person, createdAt: person.createdAt.toISOString(), updatedAt: person.updatedAt.toISOString() }
}
