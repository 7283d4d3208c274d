// What SQLite does to answer: along an index, without a sort, whatever the page.
import t from 'tap'
import type { Connection, Parameters } from '../../src/stores/sqlite/connection.js'
import { makeFile } from '../../src/stores/sqlite/file.js'
import { personPage, type PersonQuery } from '../../src/stores/sqlite/person-pages.js'
import { insertPersons } from '../../src/stores/sqlite/persons.js'
import { countUsers, userPage } from '../../src/stores/sqlite/user-pages.js'
import { highestHashCosts, insertUsers } from '../../src/stores/sqlite/users.js'
import { findSession } from '../../src/stores/sqlite/sessions.js'
import { openWriter } from '../../src/stores/sqlite/write-loop.js'
import { personSorts, type Person } from '../../src/stores/stores.js'
import { later, newUser, samplePerson } from './contract/samples.js'
import { ordered, positionOf } from './contract/person-pages.js'
import { newPlace } from './sqlite-helpers/open.js'

const { path, remove } = newPlace()
makeFile(path)
const db = openWriter(path)
t.teardown(() => { db.close(); remove() })

/** The steps of the plans of all queries that `look` makes. */
function plansOf (look: (db: Connection) => unknown): string[] {
  const steps: string[] = []
  const explained = (sql: string, parameters: Parameters = []): void => {
    for (const { detail } of db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters)) steps.push(detail)
  }
  look({
    ...db,
    one: (sql, parameters) => { explained(sql, parameters); return db.one(sql, parameters) },
    all: (sql, parameters) => { explained(sql, parameters); return db.all(sql, parameters) },
    count: (sql, parameters) => { explained(sql, parameters); return db.count(sql, parameters) }
  })
  return steps
}

/** The page, by as many looks as it takes. */
function wholePage (query: PersonQuery): Person[] {
  const page = personPage(db, query)
  return page.lookedTo === undefined ? page : [...page, ...wholePage({ ...query, after: page.lookedTo, limit: query.limit - page.length })]
}

const persons = Array.from({ length: 2500 }, (_, index) => samplePerson({
  name: `${index % 50 === 0 ? 'rare' : 'often'} ${String(index % 40)}`, age: index % 3 === 0 ? null : index % 100, createdAt: later(index % 7), email: index % 2 === 0 ? `often${String(index)}@example.org` : null
}))
insertPersons(db, persons)
insertUsers(db, Array.from({ length: 2500 }, (_, index) => newUser({ firstName: index % 50 === 0 ? 'Rare' : 'Often', disabled: index % 500 === 0 })))

for (const sort of personSorts) {
  void t.test(`A page in the order ${sort} walks an index: no scan, and only the page itself is sorted`, t => {
    const [last] = persons
    for (const after of [null, positionOf(last ?? samplePerson(), sort)]) {
      const steps = plansOf(db => personPage(db, { sort, after, limit: 500 }))
      t.match(steps.join('\n'), new RegExp(`INDEX persons_by_${sort.replace('-', '').replace('createdAt', 'creation')}${sort.startsWith('-') ? '_down' : ''}\\b`))
      t.notOk(steps.some(step => /^SCAN persons$/.test(step)), steps.join('\n'))
      t.ok(steps.filter(step => /TEMP B-TREE FOR ORDER BY/.test(step)).length <= (after === null ? 1 : 2), steps.join('\n'))
    }
    t.end()
  })

  void t.test(`Common words, rare words and bounds of the age find the same in the order ${sort}`, t => {
    const often = wholePage({ sort, after: null, limit: 3000, q: 'OFTEN' })
    t.same(often.map(row => row.id), ordered(persons.filter(row => row.name.startsWith('often') || row.email !== null), sort).map(row => row.id))
    const rare = wholePage({ sort, after: null, limit: 3000, q: 'rare 1' })
    t.same(rare.map(row => row.id), ordered(persons.filter(row => row.name.startsWith('rare 1')), sort).map(row => row.id))
    t.ok(plansOf(db => personPage(db, { sort, after: null, limit: 5, q: 'rare 1' })).some(step => /persons_by_name(_down)? \(name_folded>/.test(step)))
    t.end()
  })

  void t.test(`A common word in the order ${sort} is looked for row by row along the index, no further than one look goes`, t => {
    const [last] = persons
    for (const after of [null, positionOf(last ?? samplePerson(), sort)]) {
      const steps = plansOf(db => personPage(db, { sort, after, limit: 500, q: 'often' }))
      t.match(steps.join('\n'), new RegExp(`CO-ROUTINE.*\n(SCAN|SEARCH) persons USING (COVERING )?INDEX persons_by_${sort.replace('-', '').replace('createdAt', 'creation')}${sort.startsWith('-') ? '_down' : ''}\\b`))
      t.notOk(steps.some(step => /^SCAN persons$/.test(step)), steps.join('\n'))
    }
    t.end()
  })
}

void t.test('A search of few accounts looks at few rows; a common word walks the ids', t => {
  const rare = plansOf(db => userPage(db, { q: 'rare', after: null, limit: 5 }))
  t.ok(rare.some(step => /users_by_first_name/.test(step)), rare.join('\n'))
  t.notOk(rare.some(step => /^SCAN users$/.test(step)), rare.join('\n'))
  t.equal(userPage(db, { q: 'rare', after: null, limit: 500 }).length, 50)
  t.equal(userPage(db, { q: 'often', after: null, limit: 5000 }).length, 2450)
  t.notOk(plansOf(db => userPage(db, { q: 'often', after: null, limit: 5 })).some(step => /TEMP B-TREE/.test(step)))
  t.end()
})

void t.test('Filters of accounts use their indexes', t => {
  t.match(plansOf(db => userPage(db, { role: 'admin', after: null, limit: 5 })).join(), /users_by_role/)
  t.match(plansOf(db => userPage(db, { disabled: true, after: null, limit: 5 })).join(), /users_disabled/)
  t.equal(userPage(db, { disabled: true, after: null, limit: 500 }).length, 5)
  t.same(plansOf(highestHashCosts), ['SCAN users USING INDEX users_by_argon2_work', 'SEARCH users USING COVERING INDEX users_by_bcrypt_cost (bcrypt_cost>?)'])
  t.match(plansOf(db => findSession(db, 'x')).join(), /SEARCH sessions USING PRIMARY KEY/)
  t.end()
})

void t.test('Accounts with a common word are found wherever they lie, page by page, whatever else is asked for', t => {
  const name = (index: number): string => index % 3000 < 2200 ? 'Elsewhere' : index % 7 === 0 ? 'Cluster' : 'Clusters'
  const rows = Array.from({ length: 6000 }, (_, index) => newUser({ firstName: name(index), lastName: index % 2 === 0 ? 'Clustered' : name(index), role: index % 5 === 0 ? 'manager' : 'client', disabled: index % 3 === 0 }))
    .map(entry => ({ ...entry, user: { ...entry.user, lastName: entry.user.firstName === 'Elsewhere' ? 'Elsewhere' : entry.user.lastName } }))
  db.script('BEGIN')
  insertUsers(db, rows)
  db.script('COMMIT')
  const filters = [{}, { role: 'manager' }, { disabled: true }, { disabled: false }, { role: 'client', disabled: false }] as const
  for (const filter of filters) {
    const expected = rows.map(({ user }) => user).filter(user => user.firstName !== 'Elsewhere' && Object.entries(filter).every(([key, value]) => user[key as 'role'] === value)).map(user => user.id).sort()
    const told: string[] = []
    for (let after: string | null = null, size = 200; size === 200;) {
      const page = userPage(db, { ...filter, q: 'CLUSTER', after, limit: 200 })
      told.push(...page.map(user => user.id))
      size = page.length
      after = page.at(-1)?.id ?? null
    }
    t.same(told, expected, JSON.stringify(filter))
    t.equal(countUsers(db, { ...filter, q: 'cluster' }, Number.MAX_SAFE_INTEGER), expected.length)
  }
  const steps = plansOf(db => userPage(db, { q: 'cluster', after: rows[0]?.user.id ?? '', limit: 5 }))
  t.equal(steps.filter(step => /SEARCH users USING COVERING INDEX users_by_first_name \(first_name_folded>/.test(step)).length, 2, steps.join('\n'))
  t.end()
})
