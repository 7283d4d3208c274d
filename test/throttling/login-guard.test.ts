// Guessing passwords, seen from the guard: figures of an attack, what the owner meets meanwhile, and what each try costs the store.
import t from 'tap'
import { isServiceError, ServiceError } from '../../src/errors.js'
import type { CounterStore } from '../../src/stores/stores.js'
import { createLoginGuard, type Subject } from '../../src/throttling/login-guard.js'
import { createTestClock } from '../helpers/clock.js'
import { createMemoryCounters } from './memory-counters.js'

const email = { email: 'ada@example.com' }
const owner = '019a0000-0000-7000-8000-000000000001'
const home = '192.0.2.10'
const hotel = '203.0.113.5'
const attackers = (count: number): string[] => Array.from({ length: count }, (_, index) => `198.51.${100 + Math.floor(index / 250)}.${index % 250}`)

function guardOf () {
  const memory = createMemoryCounters()
  const clock = createTestClock(new Date(Date.UTC(2026, 0, 1)))
  const guard = createLoginGuard({ counters: memory.counters, clock })
  let verified = 0
  /** Seconds to wait, or 0 where the password was looked at. */
  async function tryOnce (ip: string | null, { ok = false, subject = { id: owner } as Subject } = {}): Promise<number> {
    try {
      await guard.attempt(subject, ip, () => {
        verified += 1
        return Promise.resolve({ ok })
      })
      return 0
    } catch (error) {
      if (!isServiceError(error, 'too_many_attempts') || error.retryAfterSeconds === undefined) throw error
      return error.retryAfterSeconds
    }
  }
  return { ...memory, clock, guard, tryOnce, verified: () => verified }
}

/** An owner who does as Retry-After says: seconds until in. */
async function logIn ({ tryOnce, clock }: ReturnType<typeof guardOf>, ip: string, meanwhile: () => Promise<void> = async () => {}): Promise<number> {
  let seconds = 0
  for (let wait = await tryOnce(ip, { ok: true }); wait > 0; wait = await tryOnce(ip, { ok: true })) {
    seconds += wait
    if (seconds > 3600) break
    await meanwhile()
    clock.advance(wait)
  }
  return seconds
}

t.test('1,000 wrong passwords from one address: ten are looked at', async (t) => {
  const { tryOnce, verified } = guardOf()
  for (let index = 0; index < 1000; index += 1) await tryOnce(hotel)
  t.equal(verified(), 10)
})

t.test('1,000 wrong passwords from 200 addresses at once: 100 are looked at', async (t) => {
  const { tryOnce, verified } = guardOf()
  await Promise.all(Array.from({ length: 5 }, () => attackers(200)).flat().map(async (ip) => await tryOnce(ip)))
  t.equal(verified(), 100)
})

t.test('200 addresses that hammer for 40 minutes use themselves up', async (t) => {
  const { tryOnce, verified, clock } = guardOf()
  const lookedAt: number[] = []
  for (let minute = 0; minute < 40; minute += 1) {
    for (let round = 0; round < 3; round += 1) {
      for (const ip of attackers(200)) await tryOnce(ip)
      clock.advance(20)
    }
    lookedAt.push(verified())
  }
  t.equal(lookedAt[0], 101, 'in the first minute')
  t.ok(Number(lookedAt[4]) <= 105, `${String(lookedAt[4])} in five minutes`)
  t.equal(lookedAt[39], lookedAt[4], 'and none from then on')
})

t.test('while 200 addresses hammer, the owner gets in at once where they were logged in before', async (t) => {
  const world = guardOf()
  const { tryOnce, guard } = world
  await guard.remember(owner, home)
  for (const ip of attackers(200)) await tryOnce(ip)
  t.not(await tryOnce('203.0.113.99'), 0, 'elsewhere is held')
  for (const ip of [home, '192.0.2.200']) t.equal(await logIn(world, ip), 0)
  t.equal(await tryOnce('203.0.113.99'), 0, 'and a success ends the run of all')
})

t.test('an owner somewhere new gets in within 60 s once the attackers have used up their addresses', async (t) => {
  const world = guardOf()
  for (let round = 0; round < 11; round += 1) {
    for (const ip of attackers(200)) await world.tryOnce(ip)
    world.clock.advance(5)
  }
  const seconds = await logIn(world, hotel, async () => { for (const ip of attackers(200)) await world.tryOnce(ip) })
  t.ok(seconds <= 60, `in after ${seconds} s`)
  t.equal(await world.tryOnce(hotel, { ok: true }), 0, 'and from then on at once')
})

t.test('an IPv6 /48 is used up as well, however many addresses it has, and the owner elsewhere gets in', async (t) => {
  const world = guardOf()
  let tried = 0
  const attack = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      for (let each = 0; each < 10; each += 1) await world.tryOnce(`2001:db8:1:${(tried += 1).toString(16)}::1`)
      world.clock.advance(1)
    }
  }
  await attack(1800)
  t.ok(world.verified() <= 100, `${world.verified()} looked at`)
  t.equal(await logIn(world, hotel), 0)
  t.equal(await world.tryOnce('2001:db8:2::1', { ok: true }), 0, 'in another network too')
})

t.test('after a new password by mail the owner gets in also while others go on guessing', async (t) => {
  const world = guardOf()
  for (const ip of attackers(200)) await world.tryOnce(ip)
  await world.guard.forgive(owner, hotel)
  for (const ip of attackers(200)) await world.tryOnce(ip)
  t.equal(await world.tryOnce(hotel, { ok: true }), 0)
})

t.test('a new password by mail lets the owner in at once, wherever they are', async (t) => {
  const world = guardOf()
  for (const ip of attackers(200)) await world.tryOnce(ip)
  for (let index = 0; index < 12; index += 1) await world.tryOnce(hotel)
  t.not(await world.tryOnce(hotel, { ok: true }), 0)
  await world.guard.forgive(owner, hotel)
  t.equal(await world.tryOnce(hotel, { ok: true }), 0)
  await world.guard.forgive(owner, null)
})

t.test('an attacker in a network the owner knows is held there like everybody, and the owner elsewhere is not', async (t) => {
  const world = guardOf()
  const { tryOnce, guard, verified } = world
  await guard.remember(owner, home)
  for (let round = 0; round < 3; round += 1) for (let host = 20; host < 120; host += 1) await tryOnce(`192.0.2.${host}`)
  t.equal(verified(), 100)
  t.equal(await logIn(world, hotel), 0)
})

t.test('a success forgets the failures of that address', async (t) => {
  const { tryOnce } = guardOf()
  for (let index = 0; index < 9; index += 1) await tryOnce(home)
  t.equal(await tryOnce(home, { ok: true }), 0)
  for (let index = 0; index < 10; index += 1) t.equal(await tryOnce(home), 0)
  t.not(await tryOnce(home), 0)
})

t.test('a success elsewhere does not give attackers their tries back', async (t) => {
  const { tryOnce } = guardOf()
  for (let index = 0; index < 10; index += 1) await tryOnce(hotel)
  await tryOnce(home, { ok: true })
  t.not(await tryOnce(hotel), 0)
})

t.test('names do not share their tries, spellings of one name and addresses of one /64 do', async (t) => {
  const { tryOnce } = guardOf()
  const spellings: Subject[] = [{ email: 'ada@example.com' }, { email: ' ADA@Example.COM' }]
  for (let index = 0; index < 10; index += 1) t.equal(await tryOnce(`2001:db8:1:2::${index}`, { subject: spellings[index % 2] ?? email }), 0)
  t.not(await tryOnce('2001:db8:1:2::ffff', { subject: email }), 0)
  t.equal(await tryOnce('2001:db8:1:3::1', { subject: email }), 0)
  t.equal(await tryOnce('2001:db8:1:2::1', { subject: { email: 'bob@example.com' } }), 0)
  for (let index = 0; index < 10; index += 1) await tryOnce(home, { subject: { username: index % 2 === 0 ? 'Ada' : 'aDA' } })
  t.not(await tryOnce(home, { subject: { username: 'ADA' } }), 0)
  for (let index = 0; index < 10; index += 1) await tryOnce(home, { subject: { email: 'no address' } })
  t.not(await tryOnce(home, { subject: { email: 'no address' } }), 0, 'what no account can have is held alike')
  t.equal(await tryOnce(home, { subject: { id: owner } }), 0)
})

t.test('an account is held as one, whatever names come with its id', async (t) => {
  const { tryOnce } = guardOf()
  const subjects: Subject[] = [{ id: owner, ...email }, { id: owner, username: 'Ada' }, { id: owner }]
  for (let index = 0; index < 10; index += 1) t.equal(await tryOnce(home, { subject: subjects[index % 3] ?? {} }), 0)
  for (const subject of subjects) t.not(await tryOnce(home, { subject }), 0)
})

t.test('one password over 1,000 accounts is not the business of this guard: each is its own', async (t) => {
  const { tryOnce, verified } = guardOf()
  for (let index = 0; index < 1000; index += 1) await tryOnce(hotel, { subject: { email: `user${index}@example.com` } })
  t.equal(verified(), 1000)
})

t.test('a try that could not be made was none: a busy service locks nobody out', async (t) => {
  const { guard, tryOnce } = guardOf()
  for (let index = 0; index < 150; index += 1) {
    await guard.attempt(email, home, () => Promise.reject(new ServiceError('busy'))).catch((error: unknown) => { if (!isServiceError(error, 'busy')) throw error })
  }
  for (let index = 0; index < 10; index += 1) t.equal(await tryOnce(home), 0)
})

t.test('who has no address that can be read is held, and makes no network known', async (t) => {
  const { tryOnce } = guardOf()
  await tryOnce(null, { ok: true })
  for (let index = 0; index < 10; index += 1) t.equal(await tryOnce(index % 2 === 0 ? null : 'unknown'), 0)
  t.not(await tryOnce('nonsense'), 0)
})

t.test('a try costs two writes, one where it is refused; a success one more, two after failures', async (t) => {
  const { tryOnce, asked, guard } = guardOf()
  async function costOf (ip: string, ok = false) {
    const before = asked.writes
    await tryOnce(ip, { ok })
    return asked.writes - before
  }
  await guard.remember(owner, home)
  t.equal(await costOf(home, true), 2 + 1)
  t.equal(await costOf(home), 2)
  t.equal(await costOf(home, true), 2 + 2)
  t.equal(await costOf(hotel, true), 2 + 2, 'a network becomes known')
  for (let index = 0; index < 10; index += 1) await tryOnce(hotel)
  t.equal(await costOf(hotel), 1)
})

t.test('the store learns neither names nor addresses', async (t) => {
  const { tryOnce, keys, guard } = guardOf()
  await tryOnce(home, { ok: true })
  await tryOnce('2001:db8:1:2::1')
  await guard.remember(owner, home)
  for (const key of keys()) t.match(key, /^(known\/)?login\/[A-Za-z0-9_-]{43}(\/\d+|\/slot)?$/)
})

t.test('a counter store that fails opens no door, whichever verb it is', async (t) => {
  for (const verb of ['hit', 'read', 'clear'] as const) {
    const { counters } = createMemoryCounters()
    const failing: CounterStore = { ...counters, [verb]: () => Promise.reject(new ServiceError('store_unavailable')) }
    const guard = createLoginGuard({ counters: failing, clock: createTestClock() })
    await t.rejects(guard.attempt(email, home, () => Promise.resolve({ ok: true })), { code: 'store_unavailable' }, verb)
  }
})
