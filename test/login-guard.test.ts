// Guessing passwords over HTTP, on the real store: SECURITY.md F. Addresses come through a trusted proxy.
import t, { type Test } from 'tap'
import { ServiceError } from '../src/errors.js'
import { createTestApp } from './helpers/app.js'
import { password } from './helpers/client.js'

const email = 'owner@example.com'
const username = 'Owner'
const home = '192.0.2.10'
const hotel = '203.0.113.5'
const attackers = Array.from({ length: 200 }, (_, index) => `198.51.100.${index}`)

/** Nothing is mailed, so that what is counted is counted by the guard. */
async function createTarget (t: Test, throttle = true) {
  const { client, clock, app } = await createTestApp(t, { environment: { EMAIL_VERIFICATION: 'off' }, config: { throttle, trustProxy: ['127.0.0.1/32'], hashing: { slots: 2, queue: 200 } }, logLevel: 'silent' })
  const owner = await client.register({ email, username })
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
  const logIn = async (address: string, given: string, name: object = { email }) => await client.post('/login', { json: { ...name, password: given }, ...from(address) })
  const guess = async (address: string, name?: object) => await logIn(address, 'a wrong password', name)

  /** Guesses from each of `addresses`, in parallel, 50 at a time; how many got which status. */
  async function attack (addresses: readonly string[], name: (index: number) => object = () => ({ email })) {
    const counts: Record<number, number> = {}
    for (let start = 0; start < addresses.length; start += 50) {
      const answers = await Promise.all(addresses.slice(start, start + 50).map(async (address, index) => await guess(address, name(start + index))))
      for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
    }
    return counts
  }
  return { app, client, clock, owner, from, logIn, guess, attack }
}

t.test('1,000 wrong passwords from one address: ten are looked at, without the limit of addresses as with it, and the owner gets in elsewhere', async (t) => {
  for (const [throttle, times] of [[false, 1000], [true, 100]] as const) {
    const { attack, logIn } = await createTarget(t, throttle)
    t.same(await attack(Array<string>(times).fill(hotel)), { 401: 10, 429: times - 10 })
    t.equal((await logIn(hotel, password)).status, 429, 'the right one is not looked at either')
    t.equal((await logIn(home, password)).status, 200)
  }
})

t.test('1,000 wrong passwords from 200 addresses: 100 are looked at, and the owner gets in within 60 s from anywhere', async (t) => {
  const { attack, logIn, clock, guess } = await createTarget(t)
  t.same(await attack(Array.from({ length: 5 }, () => attackers).flat()), { 401: 100, 429: 900 })

  const refused = await logIn(hotel, password)
  t.match(refused, { status: 429, code: 'too_many_attempts' })
  const wait = Number(refused.headers['retry-after'])
  t.ok(wait >= 1 && wait <= 30, `told to wait ${wait} s`)
  clock.advance(wait)
  t.equal((await logIn(hotel, password)).status, 200, `in after ${wait} s`)
  t.equal((await guess('203.0.113.77')).status, 401, 'and the run of failures has ended')
})

t.test('where the account was made or logged in before, nobody elsewhere can hold the owner up', async (t) => {
  const { attack, logIn, clock, from, client } = await createTarget(t)
  await client.post('/register', { json: { email: 'second@example.com', password }, ...from(home) })
  t.equal((await logIn(home, password)).status, 200)
  for (const name of [{ email }, { email: 'second@example.com' }]) {
    await attack(attackers, () => name)
    t.equal((await logIn(hotel, password, name)).status, 429)
    t.equal((await logIn('192.0.2.222', password, name)).status, 200)
    clock.advance(60)
  }
})

t.test('50 tries at once do not overshoot: neither of an address nor of the account', async (t) => {
  const { attack } = await createTarget(t, false)
  t.same(await attack(Array<string>(50).fill(hotel)), { 401: 10, 429: 40 })
  t.same(await attack(attackers.slice(0, 80)), { 401: 80 })
  t.same(await attack(attackers.slice(100, 150)), { 401: 10, 429: 40 }, 'the 100th of the account is the last')
})

t.test('one password over 1,000 accounts from one address: 30 are looked at in a minute', async (t) => {
  const { attack } = await createTarget(t)
  const name = (index: number) => ({ email: index === 7 ? email : `user${index}@example.com` })
  t.same(await attack(Array<string>(1000).fill(hotel), name), { 401: 30, 429: 970 })
})

t.test('one account has one budget, whichever of its names is tried and whichever way its password is', async (t) => {
  const { client, owner, from, guess, logIn, attack, clock } = await createTarget(t, false)
  const thief = client.as(owner)
  const json = { password: 'a wrong password' }
  const change = { currentPassword: 'wrong', newPassword: 'another fine password' }
  const ways = [
    async () => await guess(hotel),
    async () => await guess(hotel, { username }),
    async () => await thief.put('/profile/password', { json: change, ...from(hotel) }),
    async () => await guess(hotel, { username: username.toUpperCase() }),
    async () => await thief.delete('/profile', { json, ...from(hotel) })
  ]
  const statuses = []
  for (let round = 0; round < 3; round += 1) for (const way of ways) statuses.push((await way()).status)
  t.same(statuses, [401, 401, 403, 401, 403, 401, 401, 403, 401, 403, 429, 429, 429, 429, 429])
  for (const name of [{ email }, { username }]) t.equal((await logIn(hotel, password, name)).status, 429)

  clock.advance(24 * 3600)
  t.same(await attack(attackers, (index) => index % 2 === 0 ? { email } : { username }), { 401: 100, 429: 100 }, 'and one run')
  t.equal((await logIn(hotel, password, { username })).status, 429)
})

t.test('a try of an account that is not there asks the store for the same, let through and refused', async (t) => {
  const { app, guess } = await createTarget(t, false)
  const asked: string[] = []
  const { users, counters } = app.stores
  for (const [store, verbs] of [[users, ['find', 'findCredentials']], [counters, ['hit', 'read', 'clear']]] as const) {
    for (const verb of verbs) {
      const original = Reflect.get(store, verb) as (...given: unknown[]) => unknown
      Reflect.set(store, verb, (...given: unknown[]) => {
        asked.push(verb)
        return Reflect.apply(original, store, given)
      })
    }
  }
  async function workFor (name: object) {
    const work = []
    for (let index = 0; index < 12; index += 1) {
      await guess(hotel, name)
      work.push(asked.splice(0).sort())
    }
    return work
  }
  const known = await workFor({ email })
  t.same(known[0], ['findCredentials', 'hit', 'hit', 'read', 'read'])
  t.same(known[11], ['findCredentials', 'hit', 'read', 'read'])
  t.same(await workFor({ email: 'nobody@example.com' }), known)
  t.same(await workFor({ username: 'nobody' }), known)
})

t.test('a try that is refused costs no hash', async (t) => {
  const { app, guess } = await createTarget(t, false)
  for (let index = 0; index < 10; index += 1) await guess(hotel)
  Reflect.set(app.services.hasher, 'verify', () => Promise.reject(new ServiceError('busy')))
  t.equal((await guess(hotel, { username })).status, 429)
  t.equal((await guess(home)).status, 503, 'one that is not would')
})

t.test('an account that is not there is held like one that is: the same answers at the same time', async (t) => {
  const { guess, attack } = await createTarget(t, false)
  const answers = []
  for (const name of [{ email }, { email: 'nobody@example.com' }, { username: 'nobody' }]) {
    const told = []
    for (let index = 0; index < 12; index += 1) {
      const { status, code, headers } = await guess(hotel, name)
      told.push([status, code, headers['retry-after']])
    }
    answers.push([...told, await attack(attackers, () => name)])
  }
  t.same(answers[1], answers[0])
  t.same(answers[2], answers[0])
})

t.test('a stolen token does not help to guess the password', async (t) => {
  const { client, owner, from } = await createTarget(t, false)
  const thief = client.as(owner)
  const statuses: number[] = []
  for (let index = 0; index < 12; index += 1) {
    const answer = index % 2 === 0
      ? await thief.put('/profile/password', { json: { currentPassword: 'wrong', newPassword: 'another fine password' }, ...from(hotel) })
      : await thief.delete('/profile', { json: { password: 'wrong' }, ...from(hotel) })
    statuses.push(answer.status)
  }
  t.same(statuses, [...Array<number>(10).fill(403), 429, 429])
  t.equal((await thief.delete('/profile', { json: { password }, ...from(hotel) })).status, 429)
  t.equal((await thief.delete('/profile', { json: { password }, ...from(home) })).status, 204)
})

t.test('instances share what they count', async (t) => {
  const one = await createTarget(t, false)
  const other = await createTestApp(t, { config: { throttle: false, trustProxy: ['127.0.0.1/32'] }, overrides: { stores: one.app.stores, clock: one.clock } })
  for (let index = 0; index < 5; index += 1) await one.guess(hotel)
  const statuses: number[] = []
  for (let index = 0; index < 6; index += 1) statuses.push((await other.client.post('/login', { json: { email, password: 'wrong' }, ...one.from(hotel) })).status)
  t.same(statuses, [401, 401, 401, 401, 401, 429])
})

t.test('while the counters do not answer nobody is let in', async (t) => {
  const { app, logIn, client, owner } = await createTarget(t, false)
  app.stores.counters.hit = () => Promise.reject(new ServiceError('store_unavailable'))
  t.match(await logIn(home, password), { status: 503, code: 'store_unavailable' })
  t.match(await client.as(owner).delete('/profile', { json: { password } }), { status: 503, code: 'store_unavailable' })
})
