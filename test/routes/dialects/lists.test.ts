// Whole lists of the dialect dotnetcurry: what many of them, long ones and abandoned ones cost the others.
import { request } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { policies } from '../../../src/throttling/policies.js'
import { createListStreams } from '../../../routes/dialects/dotnetcurry/list-streams.js'
import { listen } from '../../helpers/transports.js'
import { until } from '../../helpers/until.js'
import { createDialectApp, exchange } from './support.js'

const pages = 2000

/** The service over a list of so many pages that are there at once, as SQLite's are, and how many were read. */
async function createLong (t: Test, options: Parameters<typeof createDialectApp>[2] = {}) {
  const { app, client } = await createDialectApp(t, 'dotnetcurry@/old', { logLevel: 'silent', ...options })
  const counts = { read: 0 }
  const item = { personId: '1', name: 'x'.repeat(200), email: null, age: null }
  Reflect.set(app.services.persons, 'list', async ({ cursor }: { cursor?: string }) => {
    counts.read += 1
    const next = Number(cursor ?? 0) + 1
    return { items: Array.from({ length: 20 }, () => item), nextCursor: next < pages ? String(next) : null }
  })
  const { accessToken } = await client.register()
  return { app, client, counts, headers: { authorization: `Bearer ${accessToken}` } }
}

t.test('between two pages of a list everybody else has a turn', async (t) => {
  const { app, counts, headers } = await createLong(t)
  let turns = 0
  let isOver = false
  const others = (async () => { while (!isOver) { await nextTurn(); turns += 1 } })()
  const reply = await exchange(app, { url: '/old/persons', headers })
  isOver = true
  await others
  t.equal(reply.status, 200)
  t.equal((JSON.parse(reply.text) as unknown[]).length, pages * 20)
  t.ok(turns >= counts.read && counts.read === pages, `${turns} turns`)
})

t.test('HEAD tells what GET does and reads nothing', async (t) => {
  const { app, client, counts, headers } = await createLong(t)
  const reply = await exchange(app, { method: 'HEAD', url: '/old/persons', headers })
  t.match(reply, { status: 200, text: '', headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'content-length': undefined } })
  t.equal((await exchange(app, { method: 'HEAD', url: '/old/users', headers })).status, 403)
  const { accessToken } = await client.member('admin')
  t.match(await exchange(app, { method: 'HEAD', url: '/old/users', headers: { authorization: `Bearer ${accessToken}` } }), { status: 200, text: '' })
  t.equal((await exchange(app, { method: 'HEAD', url: '/old/persons' })).status, 401)
  for (let turn = 0; turn < 10; turn += 1) await nextTurn()
  t.equal(counts.read, 0)
})

t.test('a list whose client has gone is read no further', async (t) => {
  const { app, counts, headers } = await createLong(t)
  const url = new URL(`${await listen(app)}/old/persons`)
  await new Promise<void>((resolve) => {
    const asked = request(url, { headers, agent: false }, (answer) => answer.once('data', () => { asked.destroy(); resolve() }))
    asked.on('error', () => undefined)
    asked.end()
  })
  await until(async () => {
    const { read } = counts
    await new Promise((resolve) => setTimeout(resolve, 100))
    return counts.read === read
  })
  t.ok(counts.read < pages, String(counts.read))
})

t.test('beyond three lists of an account, and sixteen of all, others are told to come again, in the shape of the dialect', async (t) => {
  const { app, client, headers } = await createLong(t)
  const list = app.services.persons.list
  let answer: (() => void) | undefined
  const held = new Promise<void>((resolve) => { answer = resolve })
  Reflect.set(app.services.persons, 'list', async () => { await held; return { items: [], nextCursor: null } })
  const ask = async (headers: Record<string, string>) => await exchange(app, { url: '/old/persons', headers })
  async function isRefused (headers: Record<string, string>): Promise<void> {
    const refused = await ask(headers)
    t.match(refused, { status: 503, headers: { 'retry-after': /^[1-9]/ } })
    t.match(JSON.parse(refused.text), { authsuccess: false, description: /Try again/ })
  }
  const under = []
  for (let account = 0; account < 5; account += 1) {
    const { accessToken } = await client.register()
    const headers = { authorization: `Bearer ${accessToken}` }
    under.push(...Array.from({ length: 3 }, async () => await ask(headers)))
    await isRefused(headers)
  }
  under.push(ask(headers))
  await isRefused(headers)
  answer?.()
  for (const { status } of await Promise.all(under)) t.equal(status, 200)
  Reflect.set(app.services.persons, 'list', list)
  t.equal((await ask(headers)).status, 200)
})

t.test('one address has so many lists a minute, of whatever kind', async (t) => {
  const { app, headers } = await createLong(t, { config: { throttle: true } })
  const { limit } = policies.list
  for (let index = 0; index < limit; index += 1) await exchange(app, { method: 'HEAD', url: index % 2 === 0 ? '/old/persons' : '/old/users', headers })
  const refused = await exchange(app, { url: '/old/persons', headers })
  t.match(refused, { status: 429, headers: { 'retry-after': '2', ratelimit: /^"list";r=0/ } })
  t.match(JSON.parse(refused.text), { authsuccess: false, description: String })
})

t.test('a place is free again when its list has ended, was given up, failed, or took too long', async (t) => {
  const endless = async () => ({ items: [{}], nextCursor: 'on' })
  const { start } = createListStreams({ atOnce: 1 })
  const { start: startBriefly } = createListStreams({ atOnce: 1, longestMilliseconds: 200 })
  const isFree = async (start: ReturnType<typeof createListStreams>['start']) => await until(async () => {
    try {
      const chunks = []
      for await (const chunk of await start('one', async () => ({ items: [], nextCursor: null }), Object)) chunks.push(chunk)
      return chunks.join('') === '[]'
    } catch {
      return false
    }
  })
  const givenUp = await start('one', endless, Object)
  await t.rejects(start('another', endless, Object), { code: 'busy' })
  givenUp.destroy()
  await isFree(start)
  await t.rejects(start('another', async () => { throw new Error('not there') }, Object), { message: 'not there' })
  await isFree(start)
  const unread = await startBriefly('one', endless, Object)
  let fault: Error | undefined
  unread.once('error', (error) => { fault = error })
  await until(async () => fault !== undefined)
  t.match(fault, { name: 'AbortError' })
  await isFree(startBriefly)
})
