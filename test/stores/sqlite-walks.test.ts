// Lists of persons for which many rows must be gone through: whole, in order, a little at a time, and not without end.
import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createPersons } from '../../src/persons.js'
import { openConnection } from '../../src/stores/sqlite/connection.js'
import { walkPersons } from '../../src/stores/sqlite/person-pages.js'
import { createPersonWalks, type PersonWalksOptions } from '../../src/stores/sqlite/person-walks.js'
import { createReader } from '../../src/stores/sqlite/reader.js'
import { personSorts, type Person, type PersonFilter, type PersonStore } from '../../src/stores/stores.js'
import { ordered, readAll } from './contract/person-pages.js'
import { later, samplePerson } from './contract/samples.js'
import { open } from './sqlite-helpers/open.js'

const { stores, path, cleanup } = await open()
t.teardown(cleanup)

// Everybody has a common name and a common age; a few have both, and they lie far apart.
const rows = Array.from({ length: 12_000 }, (_, index) => samplePerson({
  name: `${index % 2 === 0 ? 'even' : 'odd'} ${String(index % 700).padStart(3, '0')}`, email: index % 100 === 0 ? `odd${index}@example.org` : null, age: index % 11 === 0 ? null : index % 2 === 0 && index % 3001 !== 0 ? 20 : 30, createdAt: later(index % 3)
}))
for (let from = 0; from < rows.length; from += 1000) await stores.persons.insertMany(rows.slice(from, from + 1000))
const filters: PersonFilter[] = [{ q: 'Even', minAge: 30 }, { q: 'even', minAge: 25, maxAge: 29 }, { q: 'odd', maxAge: 30 }, { q: 'odd' }, { q: 'even' }, { q: 'odd 4' }, { minAge: 21 }, { maxAge: 21 }, { q: 'even 69', minAge: 30 }]

function matching ({ q = '', minAge = 0, maxAge = 150 }: PersonFilter): Person[] {
  const isAged = ({ age }: Person) => (minAge === 0 && maxAge === 150) || (age !== null && age >= minAge && age <= maxAge)
  return rows.filter((row) => [row.name, row.email ?? ''].some((text) => text.startsWith(q.toLowerCase())) && isAged(row))
}

/** The lists, with limits of their own. */
function createWalks (t: Test, options: PersonWalksOptions): Pick<PersonStore, 'page' | 'count'> {
  const reader = createReader(path)
  t.teardown(() => { reader.close() })
  return createPersonWalks(reader, options)
}

t.test('whatever is asked for, pages tell everyone once and in order, also those that end short', async (t) => {
  const impatient = createWalks(t, { looksAtMost: 2 })
  for (const filter of filters) {
    for (const sort of personSorts) {
      const expected = ordered(matching(filter), sort).map(({ id }) => id)
      for (const [name, walks] of Object.entries({ patient: stores.persons, impatient })) {
        t.same((await readAll(walks, filter, sort, 500)).map(({ id }) => id), expected, `${JSON.stringify(filter)} by ${sort}, ${name}`)
      }
    }
  }
})

t.test('a page that ends short has a cursor, and the list goes on behind it', async (t) => {
  const walks = createWalks(t, { looksAtMost: 1 })
  const persons = createPersons({ store: { ...stores.persons, ...walks }, clock: () => later(0) })
  for (const sort of personSorts) {
    const query = { q: 'even', minAge: 30, sort, limit: 2 }
    const told: string[] = []
    const sizes: number[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await persons.list({ ...query, ...(cursor !== undefined && { cursor }) })
      told.push(...page.items.map(({ id }) => id))
      sizes.push(page.items.length)
      cursor = page.nextCursor
    }
    t.same(told, ordered(matching(query), sort).map(({ id }) => id), sort)
    if (!sort.endsWith('age')) t.ok(sizes.slice(0, -1).some((size) => size < 2), sizes.join())
  }
})

t.test('others have their turn after every look', async (t) => {
  t.equal((await stores.persons.page({ q: 'odd', sort: '-name', after: null, limit: 50 })).lookedTo, undefined)
  const turnsOf = async (work: () => Promise<unknown>): Promise<number> => {
    let turns = 0
    let isOver = false
    const others = (async () => { while (!isOver) { await nextTurn(); turns += 1 } })()
    await work()
    isOver = true
    await others
    return turns
  }
  t.ok(await turnsOf(async () => await stores.persons.page({ q: 'even', minAge: 25, maxAge: 29.5, sort: 'name', after: null, limit: 50 })) < 5, 'few can match: no walk')
  t.ok(await turnsOf(async () => await stores.persons.page({ q: 'even', minAge: 30, sort: 'name', after: null, limit: 50 })) >= 5)
  t.ok(await turnsOf(async () => await stores.persons.count({ q: 'even', minAge: 30 })) >= 2)
})

t.test('counting that takes too long ends with what was found', async (t) => {
  const filter = { q: 'even', minAge: 30 }
  const { length } = matching(filter)
  t.same(await stores.persons.count(filter), { found: length })
  const { found, isMinimum } = await createWalks(t, { looksAtMost: 1 }).count(filter)
  t.ok(found < length && isMinimum === true)
})

t.test('where too many wait for their walk, the next is refused, and nobody who does not walk', async (t) => {
  const { page, count } = createWalks(t, { waitingAtMost: 1 })
  const query = { q: 'even', minAge: 30, sort: 'name', after: null, limit: 50 } as const
  const walks = [page(query), page({ ...query, limit: 51 })]
  await t.rejects(page({ ...query, limit: 52 }), { code: 'busy' })
  await t.rejects(count(query), { code: 'busy' })
  t.equal((await page({ sort: 'name', after: null, limit: 50 })).length, 50)
  t.equal((await Promise.all(walks)).length, 2)
  t.equal((await page({ ...query, limit: 52 })).lookedTo, undefined)
})

t.test('rows that are there all the while are told once while others are written between two looks', async (t) => {
  const query = { q: 'even', minAge: 30 }
  let isOver = false
  const writing = (async () => {
    for (let round = 0; !isOver; round += 1) {
      const passing = samplePerson({ name: `even ${String(round * 37 % 700).padStart(3, '0')}`, age: 20 })
      await stores.persons.insert(passing)
      await stores.persons.remove(passing.id)
    }
  })()
  for (const sort of personSorts) t.same((await readAll(stores.persons, query, sort, 20)).map(({ id }) => id), ordered(matching(query), sort).map(({ id }) => id), sort)
  isOver = true
  await writing
})

t.test('a look that fails leaves the connection as it was', async (t) => {
  const db = openConnection(path, { readOnly: true, busyMilliseconds: 100 })
  t.teardown(() => { db.close() })
  const query = { q: 'even', sort: '-name', after: null, limit: 2 } as const
  const expected = ordered(matching(query), query.sort).slice(0, 2).map(({ id }) => id)
  const fault = new Error('the disk')
  t.throws(() => walkPersons({ ...db, all () { throw fault } }, query), fault)
  t.same(walkPersons(db, query).map(({ id }) => id), expected)
  t.throws(() => walkPersons({ ...db, all () { db.script('ROLLBACK'); throw fault } }, query), fault, 'also where the engine has ended the look')
  t.same(walkPersons(db, query).map(({ id }) => id), expected)
})
