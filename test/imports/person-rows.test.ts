// Foreign rows as persons.
import { createReadStream } from 'node:fs'
import t from 'tap'
import { parseFieldMap } from '../../src/imports/map-fields.js'
import { type PersonFromRow, personFields, personFromRow } from '../../src/imports/person-rows.js'
import { readRows } from '../../src/imports/read-rows.js'

const now = new Date('2026-01-31T09:30:00.000Z')
const read = (row: Record<string, unknown>): PersonFromRow => personFromRow(row, new Map(), { now })

t.test('the old server\'s persons, ages as text, are persons', async t => {
  const persons: PersonFromRow[] = []
  for await (const { row } of readRows(createReadStream('test/imports/samples/persons.csv'), 'auto')) persons.push(read(row ?? {}))
  t.match(persons, [
    { person: { personId: 'P-1', name: 'Grace Hopper', email: 'grace@example.com', age: 85, createdAt: now, updatedAt: now, version: 1 } },
    { person: { personId: 'P-2', name: 'Lovelace, Ada', email: null, age: 36 } }
  ])
})

t.test('what a person brings is kept, and without a business key it is the id', async t => {
  const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'
  const times = { createdAt: new Date('2020-01-01T00:00:00Z'), updatedAt: new Date('2020-01-02T00:00:00Z') }
  t.same(read({ id, PersonId: 7, Name: ' Ada ', Email: 'Ada@Example.com', Age: '0', ...times, version: 4, __v: 0 }).person, { id, personId: '7', name: 'Ada', email: 'ada@example.com', age: 0, ...times, version: 4 })
  t.equal(read({ id, name: 'Ada' }).person?.personId, id)
  t.equal(read({ name: 'Ada', _id: '5c0dc18d349bc9479600c171' }).person?.createdAt.toISOString(), '2018-12-10T01:29:49.000Z')
  t.match(personFromRow({ who: 'Ada' }, parseFieldMap('name=who', personFields).map ?? new Map(), { now }).person, { name: 'Ada' })
})

t.test('every fault of a row is told', async t => {
  for (const row of [{}, { name: '' }, { name: '  ' }]) t.same(read(row).reasons, ['The row has no name.'])
  t.same(read({ name: 'x'.repeat(201), personId: 'with space', email: 'nowhere', age: '151', version: '0' }).reasons?.map(reason => reason.split(':')[0]), ['name', 'personId', 'email', 'age', 'version'])
  for (const age of [-1, 1.5, '36 years', '٣', true, Number.NaN]) t.match(read({ name: 'Ada', age }).reasons, [/^age: /], String(age))
  t.same(read({ name: 'x'.repeat(200), personId: 'p'.repeat(64), age: 150 }).reasons, undefined)
})
