// The table of persons: one person at a time. Its lists stand in person-pages.ts and person-walks.ts.
import { ServiceError, type ErrorName } from '../../errors.js'
import type { InsertOutcome, Person, PersonPatch, PersonStore } from '../stores.js'
import type { Connection } from './connection.js'
import { refusalIn, refusing } from './faults.js'
import { personColumns, personOf, personValues, type PersonRow } from './person-rows.js'
import { createPersonWalks } from './person-walks.js'
import type { Reader } from './reader.js'
import { insertStatement, updateStatement } from './statements.js'
import { given } from './values.js'
import type { Writer } from './writer.js'

const refusals: Record<string, ErrorName> = { 'persons.person_id': 'person_id_taken' }

export function insertPerson (db: Connection, person: Person): void {
  refusing(refusals, () => { addRow(db, person) })
}

export function insertPersons (db: Connection, persons: readonly Person[]): InsertOutcome[] {
  return persons.map(person => {
    if (findPerson(db, person.id) !== null) return 'exists'
    try {
      addRow(db, person)
      return 'inserted'
    } catch (error) {
      if (refusalIn(error, refusals) !== 'person_id_taken') throw error
      return 'person_id_taken'
    }
  })
}

export function updatePerson (db: Connection, id: string, patch: PersonPatch, now: Date, ifVersions?: readonly number[]): Person | null {
  const before = findPerson(db, id)
  if (before === null) return null
  mindVersion(before, ifVersions)
  const person: Person = { ...before, ...given(patch), updatedAt: now, version: before.version + 1 }
  const values = personValues(person)
  refusing(refusals, () => db.run(updateStatement('persons', Object.keys(values)), values))
  return person
}

export function removePerson (db: Connection, id: string, ifVersions?: readonly number[]): boolean {
  const before = findPerson(db, id)
  if (before === null) return false
  mindVersion(before, ifVersions)
  db.run('DELETE FROM persons WHERE id = ?', [id])
  return true
}

export function findPerson (db: Connection, id: string): Person | null {
  const row = db.one<PersonRow>(`SELECT ${personColumns} FROM persons WHERE id = ?`, [id])
  return row === undefined ? null : personOf(row)
}

function addRow (db: Connection, person: Person): void {
  const values = personValues(person)
  db.run(insertStatement('persons', Object.keys(values)), values)
}

function mindVersion (person: Person, ifVersions: readonly number[] | undefined): void {
  if (ifVersions !== undefined && !ifVersions.includes(person.version)) throw new ServiceError('version_mismatch')
}

export function createPersonStore (reader: Reader, writer: Writer): PersonStore {
  const walks = createPersonWalks(reader)

  return {
    insert: async person => writer.run('insertPerson', person),
    insertMany: async persons => writer.run('insertPersons', persons),
    find: async id => reader.readKept('persons', `one ${id}`, db => findPerson(db, id)),
    update: async (id, patch, now, ifVersions) => writer.run('updatePerson', id, patch, now, ifVersions),
    remove: async (id, ifVersions) => writer.run('removePerson', id, ifVersions),
    page: walks.page,
    count: walks.count
  }
}
