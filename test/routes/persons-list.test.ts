// GET /persons: pages by keyset, search, sort, and cursors that hold.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createTestApp } from '../helpers/app.js'
import type { Body } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'

const { app, client, clock } = await createTestApp(t)
const manager = await client.member('manager')
const managing = client.as(manager)
const token = manager.accessToken
const people: Body[] = [
  { personId: 'k-01', name: 'anna', age: 30 }, { personId: 'k-02', name: 'Anna', age: 30 }, { personId: 'k-03', name: 'Bob' },
  { personId: 'k-04', name: 'Ärztin', age: 45, email: 'zoe@example.com' }, { personId: 'k-05', name: 'ärger', age: 0 }, { personId: 'k-06', name: 'Ωmega', age: 150 },
  { personId: 'k-07', name: 'ωmikron' }, { personId: 'k-08', name: 'Жанна', age: 22 }, { personId: 'k-09', name: 'жук' }, { personId: 'k-10', name: '100% sure', age: 22 },
  { personId: 'k-11', name: '1000_x', age: 22 }, { personId: 'K-12', name: 'Straße', age: 60 }
]
for (const json of people) {
  clock.advance(1)
  const { status, text } = await managing.post('/persons', { json })
  if (status !== 201) throw new Error(text)
}

interface Page { names: string[], ids: string[], cursor: string | null, total: unknown }

async function page (query: string): Promise<Page> {
  const { status, body, text } = await managing.get(`/persons?${query}`)
  if (status !== 200) throw new Error(text)
  const items = body.items as Array<{ name: string, personId: string }>
  return { names: items.map(({ name }) => name), ids: items.map(({ personId }) => personId), cursor: body.nextCursor as string | null, total: body.total }
}

async function walk (query: string, limit: number, between: () => Promise<void> = async () => undefined): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const found: Page = await page(`${query}&limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
    ids.push(...found.ids)
    cursor = found.cursor
    await between()
  } while (cursor !== null)
  return ids
}

const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (cursor: string | null) => JSON.parse(Buffer.from(String(cursor), 'base64url').toString()) as [binding: string, key: unknown, id: string]

const all = people.map(({ personId }) => String(personId))

t.test('every sort, in pages of every size, tells each person once and in the same order', async (t) => {
  for (const sort of ['name', '-name', 'age', '-age', 'createdAt', '-createdAt']) {
    const whole = await walk(`sort=${sort}`, 200)
    t.same([...whole].sort(), [...all].sort(), sort)
    for (const limit of [1, 5, 6, 12]) t.same(await walk(`sort=${sort}`, limit), whole, `${sort} by ${limit}`)
  }
})

t.test('the orders are those of the contract', async (t) => {
  t.same((await page('sort=createdAt')).ids, all)
  t.same((await page('')).ids, all, 'createdAt is the default')
  t.same((await page('sort=-createdAt')).ids, [...all].reverse())
  t.same((await page('sort=name')).names, ['100% sure', '1000_x', 'anna', 'Anna', 'Bob', 'Straße', 'ärger', 'Ärztin', 'Ωmega', 'ωmikron', 'Жанна', 'жук'])
  t.same((await page('sort=age')).ids, ['k-05', 'k-08', 'k-10', 'k-11', 'k-01', 'k-02', 'k-04', 'K-12', 'k-06', 'k-03', 'k-07', 'k-09'], 'missing ages last, ties by id')
  t.same((await page('sort=-age')).ids, ['k-06', 'K-12', 'k-04', 'k-01', 'k-02', 'k-08', 'k-10', 'k-11', 'k-05', 'k-03', 'k-07', 'k-09'], 'missing ages last here too')
})

t.test('q is a prefix of name, e-mail or personId, ignoring the case of every script', async (t) => {
  const table: Array<[q: string, ids: string[]]> = [
    ['ANN', ['k-01', 'k-02']], ['är', ['k-04', 'k-05']], ['ÄR', ['k-04', 'k-05']], ['ω', ['k-06', 'k-07']], ['ЖАН', ['k-08']], ['жук', ['k-09']],
    ['ZOE@', ['k-04']], ['k-1', ['k-10', 'k-11', 'K-12']], ['100%', ['k-10']], ['1000_', ['k-11']], ['%', []], ['_', []], ['nna', []], ['.*', []], ['straß', ['K-12']], ['strass', []], ['"', []], ['\'', []], ['\\', []]
  ]
  for (const [q, ids] of table) t.same((await page(`q=${encodeURIComponent(q)}&total=true`)), { ...await page(`q=${encodeURIComponent(q)}`), ids, total: ids.length }, q)
})

t.test('ages are bounded, both ends included, and missing ones left out', async (t) => {
  t.same((await page('minAge=22&maxAge=30')).ids, ['k-01', 'k-02', 'k-08', 'k-10', 'k-11'])
  t.same((await page('minAge=150')).ids, ['k-06'])
  t.same((await page('maxAge=0&total=true')), { ids: ['k-05'], names: ['ärger'], cursor: null, total: 1 })
  t.same((await page('minAge=30&maxAge=22')).ids, [])
  t.same((await page('minAge=22&q=1&sort=-name')).names, ['1000_x', '100% sure'])
})

t.test('a page is of 50 unless the limit says otherwise, and the last one has no cursor', async (t) => {
  t.equal((await page('limit=12')).cursor, null)
  t.type((await page('limit=11')).cursor, 'string')
  t.equal((await page('total=true&limit=1')).total, 12)
  t.equal((await page('total=false')).total, undefined)
})

t.test('rows that are there all the while are told exactly once while others come and go', async (t) => {
  let round = 0
  const passing: string[] = []
  for (const sort of ['name', '-age', 'createdAt']) {
    const ids = await walk(`sort=${sort}`, 3, async () => {
      round += 1
      const { body } = await managing.post('/persons', { json: { personId: `x-${round}`, name: `${['a', 'Ä', 'ж', '1'][round % 4]}${round}`, age: round % 60 } })
      passing.push(String(body.id))
      if (round % 2 === 0) await managing.delete(`/persons/${passing.shift()}`)
    })
    t.same(ids.filter((id) => !id.startsWith('x-')).sort(), [...all].sort(), sort)
    t.equal(new Set(ids).size, ids.length, 'none twice')
  }
  for (const id of passing) await managing.delete(`/persons/${id}`)
})

t.test('the row that a cursor stands on may go', async (t) => {
  const { body: extra } = await managing.post('/persons', { json: { personId: 'x-last', name: 'anna a' } })
  const first = await page('sort=name&limit=5')
  t.equal(first.ids.at(-1), 'x-last')
  await managing.delete(`/persons/${String(extra.id)}`)
  t.same((await page(`sort=name&limit=5&cursor=${first.cursor}`)).names, ['Bob', 'Straße', 'ärger', 'Ärztin', 'Ωmega'])
})

t.test('cursors and queries that are refused', async (t) => {
  const { cursor } = await page('sort=name&limit=1')
    const [binding, , id] = read(cursor)
  const invalid = { method: 'GET', token, status: 400, code: 'invalid_cursor' } as const
  runScenarios(t, app, client, [
    { name: 'a cursor under another sort', url: `/persons?sort=age&cursor=${cursor}`, ...invalid },
    { name: 'a cursor under the default sort', url: `/persons?cursor=${cursor}`, ...invalid },
    { name: 'a cursor under another filter', url: `/persons?sort=name&q=a&cursor=${cursor}`, ...invalid },
    { name: 'a cursor under another age', url: `/persons?sort=name&minAge=1&cursor=${cursor}`, ...invalid },
    { name: 'a cursor that is no base64', url: '/persons?cursor=%F0%9F%9A%A2', ...invalid },
    { name: 'a cursor of JSON null', url: `/persons?sort=name&cursor=${forged(null)}`, ...invalid },
    { name: 'a cursor of an operator', url: `/persons?sort=name&cursor=${forged([binding, { $gt: '' }, id])}`, ...invalid },
    { name: 'a cursor with a number where a name belongs', url: `/persons?sort=name&cursor=${forged([binding, 1, id])}`, ...invalid },
    { name: 'a cursor with null where a name belongs', url: `/persons?sort=name&cursor=${forged([binding, null, id])}`, ...invalid },
    { name: 'a cursor with NUL', url: `/persons?sort=name&cursor=${forged([binding, 'a\u0000', id])}`, ...invalid },
    { name: 'a cursor with an id that is none', url: `/persons?sort=name&cursor=${forged([binding, 'a', 'x'])}`, ...invalid },
    { name: 'a cursor in pages of another size goes on', method: 'GET', url: `/persons?sort=name&limit=200&cursor=${cursor}`, token, status: 200 },
    { name: 'an unknown query member is refused by name', method: 'GET', url: '/persons?skip=10', token, status: 400, code: 'validation_failed', names: ['?skip'] },
    { name: 'every fault of the query is told', method: 'GET', url: '/persons?limit=0&minAge=-1&maxAge=151&sort=id&total=maybe&q=', token, status: 400, code: 'validation_failed', names: ['?limit', '?minAge', '?maxAge', '?sort', '?total', '?q'] },
    { name: 'a limit above 200 is refused', method: 'GET', url: '/persons?limit=201', token, status: 400, code: 'validation_failed', names: ['?limit'] },
    { name: 'a limit that is no number is refused', method: 'GET', url: '/persons?limit=ten', token, status: 400, code: 'validation_failed', names: ['?limit'] },
    { name: 'a member given twice is refused', method: 'GET', url: '/persons?q=a&q=b', token, status: 400, code: 'validation_failed', names: ['?q'] },
    { name: 'an operator in the query is an unknown member', method: 'GET', url: '/persons?q[$ne]=a', token, status: 400, code: 'validation_failed', names: ['?q[$ne]'] },
    { name: 'NUL in q is refused', method: 'GET', url: '/persons?q=%00', token, status: 400, code: 'validation_failed', names: ['?q'] }
  ])
})

t.test('a cursor with a date that is none is refused, whatever the number', async (t) => {
  const { cursor } = await page('limit=1')
  const [binding, , id] = read(cursor)
  for (const key of [1e300, -1e300, 8.64e15 + 1, 1.5, null, '2026', true]) t.match(await managing.get(`/persons?cursor=${forged([binding, key, id])}`), { status: 400, code: 'invalid_cursor' }, String(key))
})

t.test('a cursor that stands on the longest name there can be is taken', async (t) => {
  const { client } = await createTestApp(t)
  const managing = client.as(await client.member('manager'))
  // NFC takes this one apart into three characters of four bytes each.
  for (let index = 0; index < 3; index += 1) t.equal((await managing.post('/persons', { json: { name: '\u{1D163}'.repeat(200) } })).status, 201)
  for (const sort of ['name', '-name']) {
    const first = await managing.get(`/persons?sort=${sort}&limit=2`)
    const cursor = String(first.body.nextCursor)
    t.equal(cursor.length, 3276)
    const { status, body, text } = await managing.get(`/persons?sort=${sort}&limit=2&cursor=${cursor}`)
    t.equal(status, 200, text)
    t.match(body, { items: [{ name: String }], nextCursor: null })
  }
})

t.test('what is searched for is counted up to a thousand, all are counted to the end', async (t) => {
  const { app, client, clock } = await createTestApp(t)
  const reader = client.as(await client.member())
  const add = async (from: number, to: number) => await app.stores.persons.insertMany(Array.from({ length: to - from }, (_, index) => (
    { id: newId(), personId: `many-${from + index}`, name: 'x', email: null, age: (from + index) % 2, createdAt: clock(), updatedAt: clock(), version: 1 })))
  const total = async (query: string) => {
    const { body: { total, totalIsMinimum } } = await reader.get(`/persons?limit=1&total=true&${query}`)
    return [total, totalIsMinimum]
  }
  await add(0, 1000)
  for (const query of ['q=MANY', 'minAge=0', 'q=many&minAge=0', '']) t.same(await total(query), [1000, undefined], query)
  await add(1000, 1010)
  for (const query of ['q=MANY', 'minAge=0', 'q=many&minAge=0']) t.same(await total(query), [1000, true], query)
  t.same(await total('q=many&maxAge=0'), [505, undefined])
  t.same(await total(''), [1010, undefined])
})

t.test('a total that took too long to count is what was found, a page that took too long to find goes on', async (t) => {
  const { app, client, clock } = await createTestApp(t)
  const reader = client.as(await client.member())
  const id = newId()
  const found = { id, personId: 'one', name: 'One', email: null, age: 3, createdAt: clock(), updatedAt: clock(), version: 1 }
  Reflect.set(app.stores.persons, 'count', async () => ({ found: 3, isMinimum: true }))
  Reflect.set(app.stores.persons, 'page', async ({ after }: { after: unknown }) => after === null ? Object.assign([], { lookedTo: { key: null, id } }) : [found])
  const first = await reader.get('/persons?sort=age&q=o&total=true')
  t.match(first, { status: 200, body: { items: [], total: 3, totalIsMinimum: true, nextCursor: String } })
  const next = await reader.get(`/persons?sort=age&q=o&cursor=${String(first.body.nextCursor)}`)
  t.match(next, { status: 200, body: { items: [{ personId: 'one' }], nextCursor: null } })
})
