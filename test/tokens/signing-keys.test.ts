// The ring of signing keys: first start, outages, other secrets, several processes. Rotation: signing-keys-rotation.test.ts.
import t from 'tap'
import { ServiceError } from '../../src/errors.js'
import { createSealer } from '../../src/seal.js'
import { keyAlgorithms, type SigningKey } from '../../src/stores/stores.js'
import { generatePrivateJwk, thumbprint } from '../../src/tokens/key-material.js'
import { authSecret, createTestClock, createTestRing, createTestStores, otherSecret } from './support.js'

function build () {
  const clock = createTestClock()
  const state = createTestStores()
  return { clock, state, stores: state.stores, ring: createTestRing(state.stores, clock) }
}

for (const algorithm of keyAlgorithms) {
  t.test(`the first start makes an ${algorithm} key, which signs at once`, async (t) => {
    const { stores, state, clock } = build()
    const ring = createTestRing(stores, clock, { algorithm })
    await ring.load()
    const signer = ring.signer()
    t.equal(signer.algorithm, algorithm)
    t.equal((await ring.find(signer.kid))?.kid, signer.kid)
    t.same(ring.list().map(({ state }) => state), ['signing'])
    t.equal(ring.jwks().keys.length, algorithm === 'HS256' ? 0 : 1)
    t.notMatch(JSON.stringify(ring.jwks()), /"(d|k)":/, 'no private member')
    t.equal(state.keys[0]?.publicJwk === null, algorithm === 'HS256')
    await createTestRing(stores, clock, { algorithm }).load()
    t.equal(state.keys.length, 1, 'the second start makes none')
  })
}

t.test('a ring that was never loaded says so, and loads once the store is there', async (t) => {
  const { state, ring } = build()
  state.down = true
  await t.rejects(ring.load(), { code: 'store_unavailable' })
  t.notOk(ring.loaded)
  for (const ask of [() => ring.signer(), () => ring.jwks(), () => ring.list(), () => ring.counts('x')]) t.throws(ask, { code: 'store_unavailable' })
  await t.rejects(ring.find('A'.repeat(43)), { code: 'store_unavailable' })
  state.down = false
  await ring.load()
  t.ok(ring.loaded)
  t.doesNotThrow(() => ring.signer())
})

t.test('keys that can be read but not written verify, and signing waits', async (t) => {
  const { state, ring, clock, stores } = build()
  await ring.load()
  const { kid } = ring.signer()
  const other = createTestRing({ ...stores, signingKeys: { ...stores.signingKeys, insert: async () => { throw new ServiceError('store_unavailable') } } }, clock, { algorithm: 'ES256' })
  await t.rejects(other.load(), { code: 'store_unavailable' })
  t.ok(other.counts(kid))
  t.throws(() => other.signer(), { code: 'store_unavailable' })
  t.equal(state.keys.length, 1)
})

t.test('two processes that start at once each make a key, and know both', async (t) => {
  const { state, stores, clock } = build()
  const rings = [createTestRing(stores, clock), createTestRing(stores, clock)]
  await Promise.all(rings.map((ring) => ring.load()))
  t.equal(state.keys.length, 2, 'the race was there')
  for (const one of rings) for (const other of rings) t.not(await one.find(other.signer().kid), null)
  await Promise.all(rings.map((ring) => ring.refresh()))
  t.equal(new Set(rings.map((ring) => ring.signer().kid)).size, 1, 'ties are broken alike')
  t.equal(rings[0]?.signer().kid, state.keys.map(({ kid }) => kid).sort().at(-1))
})

t.test('the old key stays until the longest token has died', async (t) => {
  const { stores, clock } = build()
  const ring = createTestRing(stores, clock, { accessTokenSeconds: 10_080 })
  await ring.load()
  const old = ring.signer().kid
  await ring.rotate()
  clock.advance(315 + 10_080 + 59)
  t.ok(ring.counts(old))
  clock.advance(1)
  t.notOk(ring.counts(old))
})

t.test('another configured algorithm gets a key of its own, and the old keys go on verifying', async (t) => {
  const { ring, stores, clock } = build()
  await ring.load()
  const old = ring.signer().kid
  clock.advance(5)
  const later = createTestRing(stores, clock, { algorithm: 'ES256' })
  await later.load()
  t.equal(later.signer().algorithm, 'ES256')
  t.equal((await later.find(old))?.algorithm, 'EdDSA')
  t.same(later.jwks().keys.map(({ alg }) => alg), ['EdDSA', 'ES256'])
  await ring.refresh()
  t.equal(ring.signer().kid, old, 'an instance with the old setting goes on')
})

t.test('an unknown kid makes the ring read again: together, and at most once a second', async (t) => {
  const { ring, clock, state, stores } = build()
  await ring.load()
  const other = createTestRing(stores, clock)
  await other.rotate({ now: true })
  const before = state.calls.list
  const began = performance.now()
  const found = await Promise.all(Array.from({ length: 50 }, () => ring.find(other.signer().kid)))
  t.ok(found.every((key) => key !== null))
  t.equal(state.calls.list, before + 1)
  const unknown = thumbprint({ kty: 'oct', k: 'AA' })
  t.ok((await Promise.all(Array.from({ length: 50 }, () => ring.find(unknown)))).every((key) => key === null))
  t.equal(state.calls.list, before + 2)
  t.ok(performance.now() - began > 900, 'they wait for the next time')
})

t.test('a key just made is found also where somebody sends made-up kids all the time', async (t) => {
  const { ring, clock, state, stores } = build()
  await ring.load()
  const other = createTestRing(stores, clock)
  await other.load()
  t.equal(await ring.find(thumbprint({ kty: 'oct', k: 'AA' })), null)
  await other.rotate({ now: true })
  const before = state.calls.list
  t.equal((await ring.find(other.signer().kid))?.kid, other.signer().kid)
  t.equal(state.calls.list, before + 1)
  // A reading that is under way counts, when it brings the key.
  clock.advance(1)
  await other.rotate({ now: true })
  const reading = ring.refresh()
  t.equal((await ring.find(other.signer().kid))?.kid, other.signer().kid)
  await reading
})

t.test('what cannot be a kid does not even make the ring read', async (t) => {
  const { ring, clock, state } = build()
  await ring.load()
  const before = state.calls.list
  for (const kid of ['', '__proto__', 'constructor', '../../etc/passwd', 'x'.repeat(10_000), `${'A'.repeat(43)}\n`, 'undefined']) {
    clock.advance(2)
    t.equal(await ring.find(kid), null)
  }
  t.equal(state.calls.list, before)
})

t.test('an unknown kid while the store is down is no key, known ones go on', async (t) => {
  const { ring, state } = build()
  await ring.load()
  state.down = true
  t.equal(await ring.find('A'.repeat(43)), null)
  t.not(await ring.find(ring.signer().kid), null)
  await t.rejects(ring.refresh(), { code: 'store_unavailable' })
  t.ok(ring.loaded)
})

t.test('with another AUTH_SECRET the ring refuses to load and adds no key', async (t) => {
  const { ring, stores, clock, state } = build()
  await ring.load()
  const other = createTestRing(stores, clock, { secret: otherSecret })
  await t.rejects(other.load(), /^AUTH_SECRET is not the one the signing keys in this database were sealed with/)
  t.notOk(other.loaded)
  t.equal(state.keys.length, 1)
})

t.test('a row that opens and holds no key, or another than it says, is not signed with: the ring refuses to load and names it', async (t) => {
  for (const text of ['{}', 'no JSON', JSON.stringify(generatePrivateJwk('ES256')), JSON.stringify(generatePrivateJwk('EdDSA'))]) {
    const { ring, stores, clock, state } = build()
    await ring.load()
    const [row] = state.keys as [SigningKey]
    row.sealedPrivateJwk = createSealer(authSecret, 'signing-keys').seal(text, row.kid)
    await t.rejects(createTestRing(stores, clock).load(), { message: `The signing key ${row.kid} in this database is damaged: what it holds is not that EdDSA key. Restore the database from a backup.` })
  }
})

t.test('a key that another secret sealed later is told and left out, the others stay', async (t) => {
  const { stores, clock, state } = build()
  const told: string[] = []
  const log = (_fields: object, message: string) => { told.push(message) }
  const ring = createTestRing(stores, clock, { logger: { info: log, warn: log, error: log } })
  await ring.load()
  const intruder = createTestStores()
  const foreign = createTestRing(intruder.stores, clock, { secret: otherSecret })
  await foreign.load()
  state.keys.push(...intruder.keys)
  await ring.refresh()
  t.match(told, ['made a signing key', /^AUTH_SECRET is not the one/])
  t.equal(await ring.find(foreign.signer().kid), null)
  t.equal(ring.jwks().keys.length, 1)
  t.equal(ring.list().length, 2)
  state.down = true
  clock.advance(2)
  await ring.find('A'.repeat(43))
  t.equal(told.at(-1), 'could not read the signing keys for an unknown kid')
})

t.test('keys of before the secret changed do not matter once they are retired', async (t) => {
  const { ring, stores, clock, state } = build()
  await ring.load()
  const [key] = state.keys
  if (key !== undefined) key.retiresAt = clock()
  const other = createTestRing(stores, clock, { secret: otherSecret })
  await other.load()
  t.equal(other.list().length, 2)
  t.equal(other.list()[0]?.state, 'retired')
})

t.test('a sealed key bound to one kid does not open as another', async (t) => {
  const { ring, stores, clock, state } = build()
  await ring.load()
  const [key] = state.keys
  if (key !== undefined) key.kid = thumbprint({ kty: 'oct', k: 'AA' })
  await t.rejects(createTestRing(stores, clock).load(), /AUTH_SECRET/)
})
