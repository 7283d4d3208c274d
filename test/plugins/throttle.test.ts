// How much one address may ask for: every bucket, what its answers say, and what it leaves alone.
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import context from '../../plugins/context.js'
import limiters from '../../plugins/limiters.js'
import problems from '../../plugins/problems.js'
import throttle from '../../plugins/throttle.js'
import warnings from '../../plugins/warnings.js'
import { type Bucket, policies } from '../../src/throttling/policies.js'
import { createTestApp } from '../helpers/app.js'
import { createTestClock } from '../helpers/clock.js'
import { testConfig, testEnvironment } from '../helpers/config.js'

const proxy = ['127.0.0.1/32']
const from = (address: string) => ({ 'x-forwarded-for': address })
const special = Object.keys(policies).filter((name) => name !== 'general') as Array<Exclude<Bucket, 'general'>>

/** One route a bucket, behind a guard that counts whom it was asked about. */
async function createBuckets (t: Test) {
  const app = Fastify()
  const clock = createTestClock()
  const guarded: string[] = []
  await app.register(context, { config: testConfig(testEnvironment(t), { throttle: true }), clock })
  await app.register(warnings)
  await app.register(problems)
  await app.register(limiters)
  await app.register(throttle)
  await app.register(async (scope) => {
    scope.addHook('onRequest', async ({ url }) => { guarded.push(url) })
    for (const bucket of special) scope.post(`/${bucket}`, { config: { throttle: bucket } }, async () => ({}))
  })
  t.teardown(async () => { await app.close() })
  const ask = async (bucket: Bucket) => await app.inject({ method: 'POST', url: `/${bucket}` })
  return { ask, clock, guarded }
}

for (const bucket of special) {
  const { limit, windowSeconds } = policies[bucket]
  t.test(`${bucket} takes ${limit} requests, then one every ${windowSeconds / limit} s, and refuses before anybody is authenticated`, async (t) => {
    const { ask, clock, guarded } = await createBuckets(t)
    for (let left = limit - 1; left >= 0; left -= 1) {
      const { statusCode, headers } = await ask(bucket)
      t.equal(statusCode, 200)
      t.equal(headers['ratelimit-policy'], `"${bucket}";q=${limit};w=${windowSeconds}`)
      t.match(headers.ratelimit, new RegExp(`^"${bucket}";r=${left};t=[1-9]\\d*$`))
    }
    const refused = await ask(bucket)
    t.equal(refused.statusCode, 429)
    t.match(refused.json(), { code: 'too_many_attempts', status: 429 })
    const wait = Math.ceil(windowSeconds / limit)
    t.equal(refused.headers['retry-after'], String(wait))
    t.equal(refused.headers.ratelimit, `"${bucket}";r=0;t=${wait}`)
    t.equal(guarded.length, limit)
    clock.advance(wait)
    t.equal((await ask(bucket)).statusCode, 200)
    t.equal((await ask(bucket === 'login' ? 'refresh' : 'login')).statusCode, 200, 'buckets do not share')
  })
}

t.test('every answer of register, login and refresh tells what is left, whatever it is', async (t) => {
  const { client } = await createTestApp(t, { config: { throttle: true } })
  for (const name of ['register', 'login', 'refresh'] as const) {
    const answer = await client.post(`/${name}`, { json: {} })
    t.equal(answer.status, 400)
    t.match(answer.headers.ratelimit, new RegExp(`^"${name}";r=${policies[name].limit - 1};`))
  }
  const member = await client.register()
  const profile = await client.as(member).get('/profile')
  t.equal(profile.headers.ratelimit, undefined, 'others are spared the bytes')
})

t.test('what proves a password costs a hash, and has the limit of a log-in', async (t) => {
  const { client } = await createTestApp(t, { config: { throttle: true } })
  const member = await client.register()
  const asks = [['PUT', '/profile/password'], ['PUT', '/profile/email'], ['DELETE', '/profile']] as const
  for (let round = 0; round < policies.proof.limit; round += 1) {
    const [method, url] = asks[round % asks.length] ?? asks[0]
    t.equal((await client.as(member).request(method, url, { json: {} })).status, 400)
  }
  for (const [method, url] of asks) t.match(await client.as(member).request(method, url, { json: {} }), { status: 429, code: 'too_many_attempts' })
  t.equal((await client.as(member).get('/profile')).status, 200)
})

t.test('addresses do not share a limit, those of one IPv6 /64 do', async (t) => {
  const { client } = await createTestApp(t, { config: { throttle: true, trustProxy: proxy } })
  const statuses = async (address: (index: number) => string, times: number) => {
    const counts: Record<number, number> = {}
    for (let index = 0; index < times; index += 1) {
      const { status } = await client.post('/login', { json: {}, headers: from(address(index)) })
      counts[status] = (counts[status] ?? 0) + 1
    }
    return counts
  }
  t.same(await statuses((index) => `2001:db8:0:1::${index.toString(16)}`, 40), { 400: 30, 429: 10 })
  t.same(await statuses((index) => `2001:db8:0:2${index.toString(16).padStart(2, '0')}::1`, 40), { 400: 40 })
  t.same(await statuses(() => '192.0.2.1', 31), { 400: 30, 429: 1 })
})

t.test('refused tokens and unknown addresses count in general, and then nothing of this address is served', async (t) => {
  const { app, client, clock } = await createTestApp(t, { config: { throttle: true, trustProxy: proxy, corsOrigins: ['https://app.example'] }, logLevel: 'silent' })
  const member = await client.register()
  const { limit } = policies.general
  const headers = from('192.0.2.1')
  const statuses = new Set<number>()
  for (let index = 0; index < limit; index += 1) {
    const { statusCode } = await app.inject({ url: index % 2 === 0 ? '/profile' : '/nothing', headers: { ...headers, authorization: 'Bearer none' } })
    statuses.add(statusCode)
  }
  t.same([...statuses].sort(), [401, 404])

  const refused = await client.as(member).get('/profile', { headers: { ...headers, origin: 'https://app.example' } })
  t.equal(refused.status, 429)
  t.equal(refused.code, 'too_many_attempts')
  t.match(refused.headers, { 'retry-after': '1', ratelimit: '"general";r=0;t=1', 'ratelimit-policy': `"general";q=${limit};w=60` })
  t.equal(refused.headers['access-control-allow-origin'], 'https://app.example', 'a page can read it')
  t.match(refused.headers['access-control-expose-headers'], /retry-after, ratelimit, ratelimit-policy/)
  for (const url of ['/health/live', '/.well-known/jwks.json']) t.equal((await client.get(url, { headers })).status, 429)
  t.equal((await app.inject({ url: '/nothing', headers })).statusCode, 429)
  t.match(await app.stores.audit.page({ event: 'excess_rate_limit_exceeded', after: null, limit: 1 }), [{ detail: { method: 'GET', route: null } }])

  const preflight = await app.inject({ method: 'OPTIONS', url: '/login', headers: { ...headers, origin: 'https://app.example', 'access-control-request-method': 'POST' } })
  t.equal(preflight.statusCode, 204, 'a preflight is answered all the same')
  t.equal((await client.as(member).get('/profile', { headers: from('192.0.2.2') })).status, 200, 'and other addresses are served')
  clock.advance(1)
  t.equal((await client.as(member).get('/profile', { headers })).status, 200)
})

t.test('/health and /.well-known count in general only', async (t) => {
  const { client } = await createTestApp(t, { config: { throttle: true } })
  for (const url of ['/health/live', '/health/ready', '/.well-known/jwks.json']) {
    for (let index = 0; index < 150; index += 1) t.equal((await client.get(url)).status, 200)
  }
})

t.test('THROTTLE=off lifts the limits of addresses, with a warning, and leaves those of accounts', async (t) => {
  const environment = { ...testEnvironment(t), THROTTLE: 'off' }
  t.equal(testConfig(environment).throttle, false)
  const { client, log } = await createTestApp(t, { environment })
  for (let index = 0; index < 150; index += 1) {
    const answer = await client.post('/refresh', { json: {} })
    t.equal(answer.status, 400)
    t.equal(answer.headers.ratelimit, undefined)
  }
  t.equal(log.lines().filter(({ level, msg }) => level === 40 && msg.startsWith('THROTTLE is off')).length, 1)
  t.match((await client.get('/health/ready')).body.warnings, [/^THROTTLE is off/])
  const statuses: number[] = []
  for (let index = 0; index < 11; index += 1) statuses.push((await client.post('/login', { json: { email: 'ada@example.com', password: 'wrong' } })).status)
  t.same(statuses, [...Array<number>(10).fill(401), 429])
})

t.test('asking for too much is in the audit log, once an address, operation and quarter of an hour', async (t) => {
  const { app, client, clock } = await createTestApp(t, { config: { throttle: true, trustProxy: proxy } })
  const lines = async () => (await app.stores.audit.page({ event: 'excess_rate_limit_exceeded', after: null, limit: 200 })).map(({ userId, ip, detail }) => ({ userId, ip, ...detail }))
  const logIn = async (address: string, times: number) => {
    for (let index = 0; index < times; index += 1) await client.post('/login', { json: {}, headers: from(address) })
  }
  await logIn('192.0.2.1', 30)
  t.same(await lines(), [])
  await logIn('192.0.2.1', 5)
  await logIn('192.0.2.2', 32)
  const told = [{ userId: null, ip: '192.0.2.2', method: 'POST', route: '/login' }, { userId: null, ip: '192.0.2.1', method: 'POST', route: '/login' }]
  t.same(await lines(), told)
  clock.advance(14 * 60)
  await logIn('192.0.2.1', 31)
  t.same(await lines(), told)
  clock.advance(60)
  await logIn('192.0.2.1', 31)
  t.equal((await lines()).length, 3)
})

t.test('a refusal of one who is known names the account, and one that cannot be told stands all the same', async (t) => {
  const { app, client, log } = await createTestApp(t)
  const member = await client.register()
  const ask = async () => await client.as(member).put('/profile/password', { json: { currentPassword: 'not this one', newPassword: 'another fine password' } })
  for (let index = 0; index < 10; index += 1) await ask()
  const { audit } = app.stores
  const { append } = audit
  Reflect.set(audit, 'append', async () => { throw new Error('disk full') })
  t.equal((await ask()).status, 429)
  t.equal(log.lines('could not write a refusal to the audit log').length, 1)
  Reflect.set(audit, 'append', append)
  const other = await client.register()
  for (let index = 0; index < 11; index += 1) await client.as(other).delete('/profile', { json: { password: 'not this one' } })
  t.match(await app.stores.audit.page({ event: 'excess_rate_limit_exceeded', after: null, limit: 9 }), [{ userId: other.id, detail: { method: 'DELETE', route: '/profile' } }])
})
