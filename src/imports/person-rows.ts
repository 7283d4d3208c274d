// A foreign row as a person.
import { PersonBody } from '../schemas/person.js'
import type { Person } from '../stores/stores.js'
import type { FieldMap } from './map-fields.js'
import { type RowReader, createRowReader } from './row-reader.js'

/** The fields, each with its usual names. */
export const personAliases = {
  id: ['id'],
  personId: ['personId', 'PersonId'],
  name: ['name', 'PersonName', 'Name'],
  email: ['email', 'Email'],
  age: ['age', 'Age'],
  createdAt: ['createdAt'],
  updatedAt: ['updatedAt'],
  version: ['version']
} as const

/** The fields that a map may name. */
export const personFields: readonly string[] = Object.keys(personAliases)

export type PersonFromRow = { person: Person, reasons?: never } | { person?: never, reasons: string[] }

const { personId: PersonId, name: Name } = PersonBody.properties

/** The person in the row, or every reason why it is none. `now` is the `createdAt` of rows that tell none. */
export function personFromRow (row: Readonly<Record<string, unknown>>, map: FieldMap, { now }: { now: Date }): PersonFromRow {
  const reader = createRowReader(row, personAliases, map)
  const id = reader.id()
  const createdAt = reader.createdAt(now)
  const name = reader.text('name', Name)
  if (reader.missing('name')) reader.reasons.push('The row has no name.')
  const person: Person = {
    id,
    personId: reader.text('personId', PersonId) ?? id,
    name: name ?? '',
    email: reader.email('email'),
    age: readWhole(reader, 'age', 0, 150),
    createdAt,
    updatedAt: reader.time('updatedAt') ?? createdAt,
    version: readWhole(reader, 'version', 1, Number.MAX_SAFE_INTEGER) ?? 1
  }
  return reader.reasons.length > 0 ? { reasons: reader.reasons } : { person }
}

/** A whole number, also as its digits: the oldest server's schema has ages as text. */
function readWhole (reader: RowReader<keyof typeof personAliases>, field: 'age' | 'version', least: number, most: number): number | null {
  const text = reader.text(field)
  if (text === null) return null
  const number = /^\d+$/.test(text) ? Number(text) : -1
  if (number < least || number > most) reader.refuse(field, `this is no whole number from ${least} to ${most}.`)
  return number
}
