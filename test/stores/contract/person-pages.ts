// Pages of persons: six orders, ties, missing ages, rows that come and go between two pages.
import { later, samplePerson } from './samples.js'
import type { Contract } from './engine.js'
import { foldCase } from '../../../src/text.js'
import { personSorts, type Person, type PersonFilter, type PersonPosition, type PersonRows, type PersonSort, type PersonStore } from '../../../src/stores/stores.js'

/** Where the page after `person` begins. */
export function positionOf (person: Person, sort: PersonSort): PersonPosition {
  const member = sort.replace('-', '') as 'name' | 'age' | 'createdAt'
  const key = { name: foldCase(person.name), age: person.age, createdAt: person.createdAt.getTime() }[member]
  return { key, id: person.id }
}

export async function readAll (persons: Pick<PersonStore, 'page'>, filter: PersonFilter, sort: PersonSort, limit: number, between?: (page: Person[]) => Promise<void>): Promise<Person[]> {
  const told: Person[] = []
  for (let after: PersonPosition | null = null; ;) {
    const page: PersonRows = await persons.page({ ...filter, sort, after, limit })
    told.push(...page)
    const last = page.at(-1)
    const end = page.length === limit && last !== undefined ? positionOf(last, sort) : page.lookedTo
    if (end === undefined) return told
    after = end
    await between?.(page)
  }
}

function byCodePoints (left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** The order of the contract, written down a second time in the plainest way. */
export function ordered (rows: readonly Person[], sort: PersonSort): Person[] {
  const descending = sort.startsWith('-') ? -1 : 1
  const difference = (left: Person, right: Person): number => {
    const [a, b] = [positionOf(left, sort).key, positionOf(right, sort).key]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    return descending * (typeof a === 'string' ? byCodePoints(a, String(b)) : a - Number(b))
  }
  return [...rows].sort((left, right) => difference(left, right) || byCodePoints(left.id, right.id))
}

const names = ['anna', 'Anna', 'ANNA', 'Ångström', 'Zoë', '\u{1F600}', '\uFF5E', 'ß', 'SS', '\u212A', 'k', 'Σας', 'σασ', 'İ', 'ı', 'i', 'I', '%', '_', ' ']
const ages = [null, 0, 150, 30, 30, null, 30, 7]

export const personPagesContract: Contract = async (t, { stores: { persons } }) => {
  const rows = names.map((name, index) => samplePerson({ name, age: ages[index % ages.length] ?? null, createdAt: later(index % 5) }))
  t.same(await persons.page({ sort: 'name', after: null, limit: 5 }), [], 'nothing is there at first')
  await persons.insertMany([...rows].reverse())

  for (const sort of personSorts) {
    await t.test(`Pages in the order ${sort} tell everyone once, whatever their size`, async t => {
      const expected = ordered(rows, sort).map(row => row.id)
      for (const limit of [1, 2, 3, 7, names.length, 100]) {
        t.same((await readAll(persons, {}, sort, limit)).map(row => row.id), expected, `pages of ${String(limit)}`)
      }
    })

    await t.test(`Bounds of the age hold in the order ${sort} and leave out who has none`, async t => {
      for (const filter of [{ minAge: 30 }, { maxAge: 30 }, { minAge: 7, maxAge: 30 }, { minAge: 0 }, { minAge: 31, maxAge: 30 }]) {
        const expected = ordered(rows, sort).filter(({ age }) => age !== null && age >= (filter.minAge ?? 0) && age <= (filter.maxAge ?? 150))
        t.same((await readAll(persons, filter, sort, 3)).map(row => row.id), expected.map(row => row.id), JSON.stringify(filter))
        t.equal((await persons.count(filter)).found, expected.length)
      }
    })
  }

  await t.test('Rows are whole', async t => {
    t.same(await persons.page({ sort: 'name', after: null, limit: 100 }), ordered(rows, 'name'))
    t.equal((await persons.count({})).found, rows.length)
  })

  await t.test('A page may begin after a row that is gone, or never was', async t => {
    const [first] = ordered(rows, 'name')
    t.same((await persons.page({ sort: 'name', after: { key: '', id: '' }, limit: 1 }))[0], first)
    t.same(await persons.page({ sort: 'name', after: { key: '\u{10FFFF}', id: '' }, limit: 1 }), [])
    t.same(await persons.page({ sort: 'age', after: { key: null, id: 'zzzz' }, limit: 1 }), [])
    t.same(await persons.page({ sort: '-age', after: { key: null, id: 'zzzz' }, limit: 1 }), [])
    t.same((await persons.page({ sort: '-age', after: { key: 151, id: '' }, limit: 1 }))[0]?.age, 150)
  })

  for (const sort of personSorts) {
    await t.test(`Rows that stay are told once in the order ${sort} while others come and go`, async t => {
      const passing: Person[] = []
      let step = 0
      const told = await readAll(persons, {}, sort, 2, async page => {
        step += 1
        const gone = passing.shift()
        if (gone !== undefined) await persons.remove(gone.id)
        const fresh = samplePerson({ name: page[0]?.name ?? 'x', age: page[1]?.age ?? null, createdAt: later(step % 5) })
        if (step <= names.length) {
          passing.push(fresh)
          await persons.insert(fresh)
        }
      })
      const stayed = told.filter(row => rows.some(({ id }) => id === row.id))
      t.same(stayed.map(row => row.id), ordered(rows, sort).map(row => row.id))
      t.equal(new Set(told.map(row => row.id)).size, told.length, 'no row twice')
      for (const row of passing) await persons.remove(row.id)
    })
  }
}
