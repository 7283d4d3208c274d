// The key set as others read it, from a server that listens; and the start of the token plugins, good and bad.
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { newId } from '../../src/ids.js'
import { keyAlgorithms } from '../../src/stores/stores.js'
import { thumbprint } from '../../src/tokens/key-material.js'
import { createTestClock, createTestRing, createTestStores, otherSecret } from '../tokens/support.js'
import { audience, buildTokenApp, issuer } from '../plugins/token-app.js'
import { leastOfThree, timed } from '../helpers/until.js'

const url = '/.well-known/jwks.json'
const subject = () => ({ userId: newId(), sessionId: newId(), role: 'client' as const })

for (const algorithm of ['EdDSA', 'ES256'] as const) {
  t.test(`jose verifies an ${algorithm} token with the key set of a listening server`, async (t) => {
    const { app } = await buildTokenApp({ algorithm, clock: createTestClock(Date.now()) })
    t.teardown(() => app.close())
    await app.listen({ port: 0 })
    const who = subject()
    const { accessToken } = await app.issueAccessToken(who)
    const keySet = createRemoteJWKSet(new URL(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}${url}`))
    const { payload, protectedHeader } = await jwtVerify(accessToken, keySet, { issuer, audience, typ: 'at+jwt', algorithms: [algorithm], requiredClaims: ['sub', 'sid', 'role', 'jti', 'exp', 'iat'] })
    t.match(payload, { sub: who.userId, sid: who.sessionId, role: 'client' })
    t.same(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ'])
    await app.keyRing.rotate({ now: true })
    const { accessToken: later } = await app.issueAccessToken(who)
    const fresh = createRemoteJWKSet(new URL(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}${url}`))
    for (const token of [accessToken, later]) await t.resolves(jwtVerify(token, fresh, { issuer, audience, typ: 'at+jwt' }))
    t.not(decodeProtectedHeader(later).kid, decodeProtectedHeader(accessToken).kid)
  })
}

for (const algorithm of keyAlgorithms) {
  t.test(`the key set tells public members only (${algorithm}), may be kept five minutes, and names keys by thumbprint`, async (t) => {
    const { app } = await buildTokenApp({ algorithm })
    t.teardown(() => app.close())
    await app.keyRing.load()
    await app.keyRing.rotate()
    const reply = await app.inject(url)
    t.equal(reply.statusCode, 200)
    t.equal(reply.headers['cache-control'], 'public, max-age=300')
    t.match(reply.headers['content-type'], /^application\/json/)
    const { keys } = reply.json()
    t.equal(keys.length, algorithm === 'HS256' ? 0 : 2, 'the next key is there')
    for (const key of keys) {
      t.same(Object.keys(key).filter((member) => !['kty', 'crv', 'x', 'y', 'use', 'alg', 'kid'].includes(member)), [])
      t.equal(key.kid, thumbprint(key))
      t.match(key, { use: 'sig', alg: algorithm })
    }
  })
}

t.test('a store that is down at the start gives 503 and no worse, and all works soon after it is back', async (t) => {
  const state = createTestStores()
  const clock = createTestClock()
  await createTestRing(state.stores, clock).load()
  state.down = true
  const { app, logged } = await buildTokenApp({ state, clock, pollMilliseconds: 100 })
  t.teardown(() => app.close())
  await app.ready()
  const down = await app.inject(url)
  t.equal(down.statusCode, 503)
  t.equal(down.json().code, 'store_unavailable')
  t.ok(Number(down.headers['retry-after']) > 0)
  t.not(down.headers['cache-control'], 'public, max-age=300')
  const { app: issuing } = await buildTokenApp({ state: createCopy(state), clock })
  t.teardown(() => issuing.close())
  await issuing.ready()
  const { accessToken } = await issuing.issueAccessToken(subject())
  const ask = async (authorization: string) => (await app.inject({ url: '/guarded', headers: { authorization } })).statusCode
  t.equal(await ask(`Bearer ${accessToken}`), 503, 'never a pass, never a 401')
  t.equal(await ask('Bearer nonsense'), 401, 'what is no token needs no key')
  await t.rejects(app.issueAccessToken(subject()), { code: 'store_unavailable' })
  await sleep(1200)
  t.equal(logged.filter((line) => line.includes('could not read the signing keys; trying again')).length, 1, 'each fault is told once')
  state.down = false
  for (let left = 6000; left > 0 && !(app.keyRing.loaded && app.revocationFeed.ready); left -= 1) await sleep(10)
  t.equal((await app.inject(url)).statusCode, 200)
  t.equal(await ask(`Bearer ${accessToken}`), 200)
})

/** The same keys in a store that works. */
function createCopy (state: ReturnType<typeof createTestStores>) {
  const copy = createTestStores()
  copy.keys = state.keys
  return copy
}

t.test('while the revocations have never been read nobody is let in, and forged tokens are a 401 all the same', async (t) => {
  const state = createTestStores()
  state.stores.revocations.page = () => new Promise((_resolve, reject) => { setTimeout(() => reject(new Error('no answer')), 50) })
  const { app } = await buildTokenApp({ state })
  t.teardown(() => app.close())
  await app.ready()
  const { accessToken } = await app.issueAccessToken(subject())
  const ask = async (token: string) => (await app.inject({ url: '/guarded', headers: { authorization: `Bearer ${token}` } })).statusCode
  t.equal(await ask(accessToken), 503)
  t.equal(await ask(`${accessToken.slice(0, -8)}AAAAAAAA`), 401)
})

t.test('an AUTH_SECRET that does not open the keys stops the start and says so', async (t) => {
  const state = createTestStores()
  const clock = createTestClock()
  await createTestRing(state.stores, clock).load()
  const { app, logged } = await buildTokenApp({ state, clock, secret: otherSecret })
  await t.rejects(async () => { await app.ready() }, /^AUTH_SECRET is not the one the signing keys in this database were sealed with/)
  t.match(logged.join(''), /"level":60.*AUTH_SECRET/)
  t.equal(state.keys.length, 1)
  await app.close()
})

t.test('a store that never answers does not hold up the start', async (t) => {
  const took = await leastOfThree(3000, async () => {
    const state = createTestStores()
    state.stores.signingKeys.list = () => new Promise(() => undefined)
    const { app } = await buildTokenApp({ state })
    const took = await timed(async () => { await app.ready() })
    t.equal((await app.inject(url)).statusCode, 503)
    await app.close()
    return took
  })
  t.ok(took < 3000, `${Math.round(took)} ms`)
})

t.test('the ring is read again and again, until the service closes', async (t) => {
  const state = createTestStores()
  const clock = createTestClock()
  const { app } = await buildTokenApp({ state, clock, refreshMilliseconds: 20 })
  await app.ready()
  await createTestRing(state.stores, clock).rotate()
  t.equal(app.keyRing.jwks().keys.length, 1)
  await sleep(100)
  t.equal(app.keyRing.jwks().keys.length, 2, 'the next key is published')
  state.stores.signingKeys.list = async () => { await sleep(50); return state.keys }
  await sleep(30)
  await app.close()
  await sleep(60)
  const after = state.calls.list
  const began = app.keyRing.list().length
  state.keys = []
  await sleep(100)
  t.equal(state.calls.list, after)
  t.equal(app.keyRing.list().length, began, 'none after the end')
})
