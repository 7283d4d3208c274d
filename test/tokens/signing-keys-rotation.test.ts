// Rotating the signing keys: published before it signs, verified until the last token has died, overtaken, raced.
import t from 'tap'
import { createTestClock, createTestRing, createTestStores } from './support.js'

function build () {
  const clock = createTestClock()
  const state = createTestStores()
  return { clock, state, stores: state.stores, ring: createTestRing(state.stores, clock) }
}

t.test('a rotation publishes the next key before it signs and keeps the old one until its last token has died', async (t) => {
  const { ring, clock } = build()
  await ring.load()
  const old = ring.signer().kid
  const next = await ring.rotate()
  const states = () => Object.fromEntries(ring.list().map(({ kid, state }) => [kid === old ? 'old' : 'next', state]))
  t.equal(next.state, 'next')
  t.equal(next.signsFrom.getTime() - clock().getTime(), 315_000)
  t.same(states(), { old: 'signing', next: 'next' })
  t.same(ring.jwks().keys.map(({ kid }) => kid), [old, next.kid], 'published at once')
  clock.advance(314)
  t.equal(ring.signer().kid, old)
  clock.advance(1)
  t.equal(ring.signer().kid, next.kid, 'without asking the store again')
  t.same(states(), { old: 'verifying', next: 'signing' })
  clock.advance(659)
  t.not(await ring.find(old), null)
  clock.advance(1)
  t.equal(await ring.find(old), null)
  t.notOk(ring.counts(old))
  t.same(states(), { old: 'retired', next: 'signing' })
  t.same(ring.jwks().keys.map(({ kid }) => kid), [next.kid])
  await ring.refresh()
  t.equal(await ring.find(old), null)
})

t.test('a second rotation is refused while a next key is pending', async (t) => {
  const { ring, clock, state } = build()
  await ring.load()
  const { kid } = await ring.rotate({ publishSeconds: 100 })
  await t.rejects(ring.rotate(), new RegExp(`next signing key \\(${kid}\\) is published already and signs from 2026-03-01T12:01:40.000Z`))
  t.equal(state.keys.length, 2)
  clock.advance(100)
  const third = await ring.rotate({ publishSeconds: 100 })
  t.equal(third.state, 'next')
  t.ok(ring.counts(kid))
})

t.test('rotating at once overtakes a pending key for good', async (t) => {
  const { ring, clock } = build()
  await ring.load()
  const first = ring.signer().kid
  clock.advance(1)
  const pending = await ring.rotate()
  clock.advance(1)
  const urgent = await ring.rotate({ now: true })
  t.equal(urgent.state, 'signing')
  t.equal(ring.signer().kid, urgent.kid)
  t.equal(ring.list().find(({ kid }) => kid === pending.kid)?.state, 'verifying')
  clock.advance(400)
  t.equal(ring.signer().kid, urgent.kid, 'also when the time of the pending one has come')
  t.ok(ring.counts(first), 'tokens of the first still live')
  clock.advance(259)
  t.ok(ring.counts(first), 'until the last of them has died')
  clock.advance(1)
  t.notOk(ring.counts(pending.kid))
  t.notOk(ring.counts(first), 'the end that the pending rotation gave it is brought forward')
})

t.test('an earlier end is never put off by a later rotation', async (t) => {
  const { ring, clock } = build()
  await ring.load()
  const first = ring.signer().kid
  await ring.rotate({ now: true })
  clock.advance(600)
  await ring.rotate({ now: true })
  clock.advance(60)
  t.notOk(ring.counts(first))
})

t.test('rotating at once wins also on a machine whose clock is behind', async (t) => {
  const { stores, clock, ring } = build()
  await ring.load()
  const operator = createTestRing(stores, () => new Date(clock().getTime() - 5000))
  for (let round = 0; round < 5; round += 1) {
    const { kid } = await operator.rotate({ now: true })
    await ring.refresh()
    t.equal(ring.signer().kid, kid)
  }
})

t.test('a rotation shows in the ring although a reading, that fails, was under way when it began', async (t) => {
  const { ring, state } = build()
  await ring.load()
  state.down = true
  const failing = t.rejects(ring.refresh(), { code: 'store_unavailable' })
  const rotation = ring.rotate()
  await failing
  state.down = false
  t.equal((await rotation).state, 'next')
  t.equal(ring.list().length, 2)
})

t.test('two rotations at one instant lose no key', async (t) => {
  const { stores, clock, state, ring } = build()
  await ring.load()
  const old = ring.signer().kid
  const others = [createTestRing(stores, clock), createTestRing(stores, clock)]
  await Promise.all(others.map((other) => other.rotate()))
  t.equal(state.keys.length, 3)
  t.same(state.keys.map(({ kid, retiresAt }) => kid === old ? retiresAt !== null : retiresAt === null), [true, true, true])
})
