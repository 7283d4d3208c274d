// Tokens are refreshed once for all that wait, before they expire or when they are refused, and only four codes end a session.
import t from 'tap'
import { GatehouseError, memoryStorage } from '../../client/src/index.js'
import { leastOfThree } from '../helpers/until.js'
import { createService, password, problem, register } from './support.js'

const { app, clock, clientOf, baseUrl } = await createService(t)
const expired = 11 * 60

t.test('50 calls at once with an expired access token make one refresh, and all succeed', async (t) => {
  const { client, watched } = clientOf()
  const { email } = await register(client)
  clock.advance(expired)
  const profiles = await Promise.all(Array.from({ length: 50 }, () => client.profile.get()))
  t.ok(profiles.every((profile) => profile.email === email))
  t.equal(watched.count('POST /refresh'), 1)
  t.equal(watched.count('GET /profile'), 100, 'each was refused once')
})

t.test('a token is replaced before it expires, and no call is refused', async (t) => {
  const { client, watched } = clientOf({ skew: 1e9 })
  await register(client)
  const now = Date.now
  t.teardown(() => { Date.now = now })
  await client.profile.get()
  t.equal(watched.count('POST /refresh'), 0, 'a short life does not mean a refresh for every call')
  Date.now = () => now() + 460_000
  await Promise.all([client.profile.get(), client.profile.get()])
  t.equal(watched.count('POST /refresh'), 1)
  t.equal(watched.count('GET /profile'), 3)
})

t.test('a token that is not dead yet serves while a refresh is not to be had', async (t) => {
  const { client, watched } = clientOf({ skew: 1e9, retries: 0 })
  await register(client)
  const now = Date.now
  t.teardown(() => { Date.now = now })
  Date.now = () => now() + 460_000
  watched.instead = (what) => what === 'POST /refresh' ? problem(503, 'busy', { 'retry-after': '60' }) : undefined
  t.ok(await client.profile.get())
  Date.now = () => now() + 601_000
  await t.rejects(client.profile.get(), { code: 'busy', status: 503, retryAfter: 60 })
  t.ok(client.signedIn)
})

t.test('a storage that refuses to keep costs nobody the session', async (t) => {
  const { get, set } = memoryStorage()
  let isFull = false
  const storage = {
    get,
    set (token: string | null) {
      if (isFull) throw new Error('QuotaExceededError')
      set(token)
    }
  }
  const { client } = clientOf({ storage })
  const { email } = await register(client)
  isFull = true
  for (let round = 0; round < 3; round += 1) {
    clock.advance(expired)
    t.equal((await client.profile.get()).email, email)
  }
  const kept = get()
  isFull = false
  clock.advance(expired)
  t.equal((await client.profile.get()).email, email)
  t.not(get(), kept, 'what is kept is the last one again')
  isFull = true
  await client.logout()
  await t.rejects(client.profile.get(), { code: 'unauthorized' })
})

t.test('a client that starts with a kept refresh token goes on', async (t) => {
  const storage = memoryStorage()
  const first = clientOf({ storage })
  const { email } = await register(first.client)
  const second = clientOf({ storage })
  t.ok(second.client.signedIn)
  t.match(await second.client.profile.get(), { email })
  t.same(second.watched.asked, ['POST /refresh', 'GET /profile'])
})

for (const [name, kind] of [['429', 'too_many_attempts'], ['503', 'store_unavailable']] as const) {
  t.test(`${name} keeps the session, and the refresh comes back when Retry-After says`, async (t) => {
    const { client, watched } = clientOf()
    await register(client)
    clock.advance(expired)
    const times: number[] = []
    watched.instead = (what) => {
      if (what !== 'POST /refresh') return undefined
      times.push(performance.now())
      return times.length === 1 ? problem(Number(name), kind, { 'retry-after': '0.4' }) : undefined
    }
    t.ok(await client.profile.get())
    t.equal(times.length, 2)
    const waited = (times[1] ?? 0) - (times[0] ?? 0)
    t.ok(waited >= 390 && waited < 2000, `${waited} ms`)
    t.ok(client.signedIn)
  })
}

t.test('a refresh whose answer was lost is asked again within the grace, whatever a busy service says of when', async (t) => {
  const waited = await leastOfThree(9500, async () => {
    const { client, watched } = clientOf()
    await register(client)
    clock.advance(expired)
    const began: number[] = []
    watched.instead = (what, init) => {
      if (what !== 'POST /refresh' || began.push(performance.now()) > 2) return undefined
      return began.length === 2 ? problem(503, 'busy', { 'retry-after': '60' }) : fetch(`${baseUrl}/refresh`, init).then(() => { throw new TypeError('lost') })
    }
    t.ok(await client.profile.get())
    const [first = 0, , last = 0] = began
    return last - first
  })
  t.ok(waited > 5000 && waited < 9500, `${Math.round(waited)} ms`)
})

t.test('a refresh whose answer was lost is asked again, and the session lives', async (t) => {
  const { client, watched } = clientOf()
  await register(client)
  clock.advance(expired)
  let lost = 0
  watched.instead = (what, init) => what === 'POST /refresh' && (lost += 1) === 1
    ? fetch(`${baseUrl}/refresh`, init).then(() => { throw new TypeError('socket hang up') })
    : undefined
  t.ok(await client.profile.get())
  t.equal(watched.count('POST /refresh'), 2)
})

t.test('the network may be away for long: calls fail, the session stays, and goes on later', async (t) => {
  const { client, watched } = clientOf({ retries: 0 })
  const reasons: string[] = []
  client.onSignedOut((reason) => reasons.push(reason))
  await register(client)
  clock.advance(expired)
  watched.instead = () => { throw new TypeError('no network') }
  await t.rejects(client.profile.get(), { code: 'network_error', status: 0 })
  watched.instead = undefined
  t.ok(await client.profile.get())
  t.same(reasons, [])
})

for (const code of ['refresh_invalid', 'refresh_expired', 'refresh_reused', 'session_revoked']) {
  t.test(`${code} ends the session for all that wait`, async (t) => {
    const storage = memoryStorage()
    const { client, watched } = clientOf({ storage })
    const reasons: string[] = []
    client.onSignedOut((reason) => reasons.push(reason))
    await register(client)
    clock.advance(expired)
    watched.instead = (what) => what === 'POST /refresh' ? problem(401, code) : undefined
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => client.profile.get()))
    t.ok(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof GatehouseError && outcome.reason.code === 'unauthorized'))
    t.same(reasons, [code])
    t.notOk(client.signedIn)
    t.equal(storage.get(), null)
    t.equal(watched.count('POST /refresh'), 1)
  })
}

for (const [name, stored] of [['empty', ''], ['longer than a token', 'x'.repeat(600)], ['larger than a body', 'x'.repeat(2_000_000)]] as const) {
  t.test(`what is stored has not the form of a token, it is ${name}: the session is over, and a log-in begins a new one`, async (t) => {
    const storage = memoryStorage()
    storage.set(stored)
    const { client, watched } = clientOf({ storage })
    const reasons: string[] = []
    client.onSignedOut((reason) => reasons.push(reason))
    t.ok(client.signedIn)
    await t.rejects(client.profile.get(), { code: 'unauthorized' })
    t.notOk(client.signedIn)
    t.same(reasons, ['refresh_invalid'])
    t.equal(storage.get(), null)
    t.same(watched.asked, ['POST /refresh'])
    const { email } = await register(client)
    t.match(await client.profile.get(), { email })
  })
}

t.test('a 401 of another code does not end it', async (t) => {
  const { client, watched } = clientOf({ retries: 0 })
  await register(client)
  clock.advance(expired)
  watched.instead = (what) => what === 'POST /refresh' ? problem(401, 'invalid_token') : undefined
  await t.rejects(client.profile.get(), { code: 'invalid_token' })
  t.ok(client.signedIn)
})

for (const body of ['{"maintenance":true}', `{"accessToken":"x.${btoa('{"sid":"s"}')}.x","expiresIn":600}`, '[]', 'null', '']) {
  t.test(`200 and ${body === '' ? 'nothing' : body} in place of tokens takes nothing away`, async (t) => {
    const storage = memoryStorage()
    const { client, watched } = clientOf({ storage })
    const { email } = await register(client)
    const kept = storage.get()
    clock.advance(expired)
    watched.instead = (what) => what === 'POST /refresh' ? new Response(body) : undefined
    await t.rejects(client.profile.get(), { name: 'GatehouseError', code: 'unexpected_answer', status: 200 })
    t.equal(storage.get(), kept)
    watched.instead = undefined
    t.match(await client.profile.get(), { email })
    const stranger = clientOf()
    stranger.watched.instead = () => new Response(body)
    await t.rejects(stranger.client.login({ email, password }), { code: 'unexpected_answer' })
    await t.rejects(stranger.client.register({ email, password }), { code: 'unexpected_answer' }, 'nor is it a mail on its way')
    t.notOk(stranger.client.signedIn)
  })
}

t.test('a stolen token that was used is told by the service, and ends the session', async (t) => {
  const storage = memoryStorage()
  const { client } = clientOf({ storage })
  await register(client)
  const stolen = String(storage.get())
  clock.advance(expired)
  await client.profile.get()
  clock.advance(60)
  const thief = clientOf({ storage: { get: () => stolen, set: () => undefined } })
  let told = ''
  thief.client.onSignedOut((reason) => { told = reason })
  await t.rejects(thief.client.profile.get(), { code: 'unauthorized' })
  t.equal(told, 'refresh_reused')
  await t.rejects(client.profile.get(), { code: 'unauthorized' })
  t.notOk(client.signedIn)
})

t.test('a log-out in another client of the same storage while a refresh is under way holds', async (t) => {
  const storage = memoryStorage()
  const { client, watched } = clientOf({ storage })
  const reasons: string[] = []
  client.onSignedOut((reason) => reasons.push(reason))
  await register(client)
  clock.advance(expired)
  watched.instead = (what, init) => what === 'POST /refresh'
    ? fetch(`${baseUrl}/refresh`, init).finally(() => { storage.set(null) })
    : undefined
  await t.rejects(client.profile.get(), { code: 'unauthorized' })
  t.equal(storage.get(), null)
  t.same(reasons, ['logged_out'])
})

t.test('a log-in while a refresh is under way holds', async (t) => {
  const { client, watched } = clientOf()
  const { email } = await register(client)
  clock.advance(expired)
  watched.instead = (what, init) => what === 'POST /refresh'
    ? fetch(`${baseUrl}/refresh`, init).finally(async () => { await client.login({ email, password }) })
    : undefined
  t.match(await client.profile.get(), { email })
  t.match(await client.profile.get(), { email })
  t.equal(watched.count('POST /refresh'), 1)
})

t.test('a role that changed comes with the next token, unnoticed', async (t) => {
  const { client, watched } = clientOf()
  const { id, email } = await register(client)
  await t.rejects(client.persons.create({ name: 'Grace' }), { code: 'forbidden', status: 403 })
  await app.stores.users.update(id, { role: 'manager' }, clock())
  await client.login({ email, password })
  t.match(await client.persons.create({ name: 'Grace' }), { name: 'Grace', version: 1 })
  t.equal(watched.count('POST /refresh'), 0)
})
