// Search of persons by the beginning of name, e-mail or personId, in every order.
import { later, samplePerson } from './samples.js'
import type { Contract } from './engine.js'
import { ordered, readAll } from './person-pages.js'
import { foldCase } from '../../../src/text.js'
import { personSorts } from '../../../src/stores/stores.js'

const rows = [
  { name: '\u212Aelvin', email: 'lord@kelvin.example', age: 83, personId: 'K.1' },
  { name: 'Straße', email: 'Kelly@Example.org', age: 30, personId: 'street' },
  { name: 'ΣΊΣΥΦΟΣ', email: null, age: null, personId: 'Sisyphos' },
  { name: 'İrem', email: null, age: 30, personId: 'kilo' },
  { name: 'Işıl', email: null, age: 20, personId: 'Turkish_1' },
  { name: '100%', email: '_under@example.org', age: 20, personId: '100.x' },
  { name: '1000', email: null, age: null, personId: '-dash' },
  { name: '😀😀', email: null, age: 5, personId: 'smile' },
  { name: '\u{10FFFF}\u{10FFFF}', email: null, age: 5, personId: 'end' },
  { name: '\uD7FF\u{10FFFF}', email: null, age: 6, personId: 'edge' },
  { name: '\uE000 follows', email: null, age: 7, personId: 'private' },
  { name: 'kelvin', email: 'kelvin@kelvin.example', age: 30, personId: 'kelvin' },
  { name: 'KELVIN', email: null, age: null, personId: 'Kelvin' }
].map((row, index) => samplePerson({ ...row, createdAt: later(index % 3) }))

const searches = ['k', 'K', '\u212A', 'kel', 'KELVIN', 'kelvin@', 'straße', 'STRAẞE', 'strasse', 'σίσυφος', 'ΣΊΣΥΦΟΣ', 'sis', 'i', 'İ', 'ı', 'I', 'iş', 'IŞ',
  '100', '100%', '%', '_', '_under', 'turkish_', 'turkishx', '-', '.', '.*', '$', '\\', '😀', '😀😀', '😀😀😀', '\u{10FFFF}', '\u{10FFFF}\u{10FFFF}', '\uD7FF', '\uD7FF\u{10FFFF}', '\uE000', 'nobody', '']

export const personSearchContract: Contract = async (t, { stores: { persons } }) => {
  await persons.insertMany(rows)
  const matches = (q: string): typeof rows => rows.filter(row => [row.name, row.email ?? '', row.personId].some(text => foldCase(text).startsWith(foldCase(q))))

  await t.test('The suite itself knows what to expect', async t => {
    t.equal(matches('k').length, 5)
    t.equal(matches('').length, rows.length)
    t.equal(matches('turkishx').length, 0)
  })

  for (const sort of personSorts) {
    await t.test(`Every search in the order ${sort} finds who begins so, once`, async t => {
      for (const q of searches) {
        const expected = ordered(matches(q), sort).map(row => row.id)
        t.same((await readAll(persons, { q }, sort, 2)).map(row => row.id), expected, `search for ${JSON.stringify(q)}`)
      }
    })
  }

  await t.test('Counting agrees with searching', async t => {
    for (const q of searches) t.equal((await persons.count({ q })).found, matches(q).length, `search for ${JSON.stringify(q)}`)
  })

  await t.test('Search and bounds of the age hold together', async t => {
    const expected = matches('k').filter(({ age }) => age !== null && age >= 30 && age <= 83)
    for (const sort of personSorts) {
      t.same((await readAll(persons, { q: 'K', minAge: 30, maxAge: 83 }, sort, 1)).map(row => row.id), ordered(expected, sort).map(row => row.id))
    }
    t.equal((await persons.count({ q: 'K', minAge: 30, maxAge: 83 })).found, expected.length)
  })

  await t.test('Counting ends where it is told to', async t => {
    for (const filter of [{}, { q: 'k' }, { minAge: 20 }, { q: 'k', minAge: 20 }]) {
      const { found } = await persons.count(filter)
      t.ok(found > 2, JSON.stringify(filter))
      if (Object.keys(filter).length > 0) t.same(await persons.count(filter, 2), { found: 2 })
      t.same(await persons.count(filter, found), { found })
      t.same(await persons.count(filter, found + 1), { found })
    }
  })

  await t.test('A change moves the row in the search', async t => {
    const person = samplePerson({ name: 'Quirin', email: 'Quirin@example.org', personId: 'Q-1' })
    await persons.insert(person)
    await persons.update(person.id, { name: 'Xaver', email: null, personId: 'X-1' }, later(1))
    t.same(await persons.page({ q: 'q', sort: 'name', after: null, limit: 5 }), [])
    t.same((await persons.page({ q: 'x', sort: 'name', after: null, limit: 5 })).map(row => row.id), [person.id])
    await persons.remove(person.id)
    t.equal((await persons.count({ q: 'x' })).found, 0)
  })
}
