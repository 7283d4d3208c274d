// The guard before a real service: which tokens pass, and that every other one is a 401 and nothing worse.
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createSealer } from '../../src/seal.js'
import { keyAlgorithms, type Role, roles, type Stores } from '../../src/stores/stores.js'
import { keyMaterial } from '../../src/tokens/key-material.js'
import { createRefreshTokens } from '../../src/tokens/refresh-token.js'
import { authSecret, createTestClock, createTestRing, createTestStores, forge, goodToken } from '../tokens/support.js'
import { forgeries } from './forgeries.js'
import { audience, buildRealApp, buildTokenApp, issuer } from './token-app.js'

type App = Awaited<ReturnType<typeof buildTokenApp>>['app']
const subject = (role: Role = 'client') => ({ userId: newId(), sessionId: newId(), role })
const ask = (app: App, authorization?: string, url = '/guarded') => app.inject({ url, headers: authorization === undefined ? {} : { authorization } })

/** The keys of the ring, opened as only a process with the secret can. */
async function keysOf (stores: Stores) {
  const sealer = createSealer(authSecret, 'signing-keys')
  return (await stores.signingKeys.list()).map((row) => keyMaterial(row.algorithm, JSON.parse(sealer.open(row.sealedPrivateJwk, row.kid))))
}

for (const algorithm of keyAlgorithms) {
  t.test(`${algorithm}: every kind of forged token is a 401, and good ones pass`, async (t) => {
    const clock = createTestClock()
    const siblingAlgorithm = algorithm === 'ES256' ? 'EdDSA' : 'ES256'
    const { app, stores, counts, close } = await buildRealApp(t.testdir(), algorithm, clock, async (stores) => {
      const ring = createTestRing(stores, clock, { algorithm })
      await ring.load()
      await stores.signingKeys.setRetiresAt(ring.signer().kid, clock())
      clock.advance(1)
      await createTestRing(stores, clock, { algorithm: siblingAlgorithm }).load()
    })
    t.teardown(close)
    const signer = app.keyRing.signer()
    const keys = await keysOf(stores)
    const [retired, sibling, key] = [keys[0], keys[1], keys.find(({ kid }) => kid === signer.kid)]
    if (retired === undefined || sibling === undefined || key === undefined) throw new Error('three keys are needed')
    let asked = 0
    const trap = createServer((_request, response) => { asked += 1; response.end('{}') }).listen(0)
    t.teardown(() => trap.close())
    const trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/jwks.json`
    const facts = { kid: key.kid, algorithm, issuer, audience, now: clock() }

    const table = forgeries({ facts, key, retired, sibling, refreshToken: createRefreshTokens(authSecret).mint(newId(), 0), trapUrl, aheadSeconds: 6 })
    const passed: string[] = []
    for (const [name, token] of table) {
      const reply = await ask(app, `Bearer ${token}`)
      const refused = reply.statusCode === 401 && reply.json().code === 'invalid_token' && String(reply.headers['www-authenticate']).startsWith('Bearer error="invalid_token", error_description="')
      if (!refused) passed.push(`${name}: ${reply.statusCode} ${reply.body}`)
    }
    t.same(passed, [])
    t.ok(table.size > 200, `${table.size} forged tokens`)
    t.equal(counts.handled, 0, 'no handler ran')
    t.equal(asked, 0, 'nobody was asked for a key')
    t.equal(app.verifiedTokens.size, 0, 'none of them is remembered')

    const { header, claims } = goodToken(facts)
    const good: Record<string, object> = {
      'as it is': {}, 'a manager': { role: 'manager' }, 'an admin': { role: 'admin' }, 'one second left': { iat: claims.iat - 599, exp: claims.iat + 1 }, 'a clock five seconds ahead': { iat: claims.iat + 5 },
      'a short life': { exp: claims.iat + 1 }, 'another user': { sub: newId() }, 'another session': { sid: newId() }, 'another jti': { jti: newId() }, 'issued a while ago': { iat: claims.iat - 300, exp: claims.iat + 300 }
    }
    for (const [name, change] of Object.entries(good)) {
      const token = forge(algorithm, key.privateKey, header, { ...claims, ...change })
      for (const _time of ['first', 'again']) t.equal((await ask(app, `Bearer ${token}`)).statusCode, 200, name)
    }
    t.equal((await ask(app, `Bearer ${forge(algorithm, key.privateKey, { kid: key.kid, typ: 'at+jwt', alg: algorithm }, claims)}`)).statusCode, 200, 'members in another order')
    t.equal((await ask(app, `Bearer ${forge(sibling.algorithm, sibling.privateKey, { ...header, alg: sibling.algorithm, kid: sibling.kid }, claims)}`)).statusCode, 200, 'an older key of another algorithm')
  })
}

for (const algorithm of keyAlgorithms) {
  t.test(`a token issued here with ${algorithm} says who asks`, async (t) => {
    const { app, clock } = await buildTokenApp({ algorithm })
    t.teardown(() => app.close())
    await app.ready()
    const who = subject('manager')
    const { accessToken, expiresIn } = await app.issueAccessToken(who)
    t.equal(expiresIn, 600)
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  ']) {
      const reply = await ask(app, `${scheme} ${accessToken}`)
      t.match(reply.json(), { ...who, expiresAt: new Date(clock().getTime() + 600_000).toISOString() }, scheme)
    }
    t.match((await app.inject({ url: '/x-header', headers: { 'x-access-token': accessToken } })).json(), who, 'from another place, where a route says so')
    t.equal((await app.inject({ url: '/guarded', headers: { 'x-access-token': accessToken, cookie: `token=${accessToken}` } })).statusCode, 401)
    t.equal((await app.inject({ url: `/guarded?access_token=${accessToken}` })).statusCode, 401)
    t.equal((await app.inject({ url: '/x-header' })).json().code, 'unauthorized')
    t.equal((await app.inject({ url: '/broken-reader' })).json().code, 'invalid_token')
  })
}

t.test('credentials that are none, garbled or of another scheme are a 401', async (t) => {
  const { app } = await buildTokenApp()
  t.teardown(() => app.close())
  await app.ready()
  const { accessToken } = await app.issueAccessToken(subject())
  const table: Array<[string | undefined, 'unauthorized' | 'invalid_token']> = [
    [undefined, 'unauthorized'], ['', 'unauthorized'], ['Basic dXNlcjpwYXNz', 'unauthorized'], [`JWT ${accessToken}`, 'unauthorized'], [`Token ${accessToken}`, 'unauthorized'], [accessToken, 'unauthorized'], [`Basic x, Bearer ${accessToken}`, 'unauthorized'],
    [`Bearertoken ${accessToken}`, 'unauthorized'], ['Bearer', 'invalid_token'], ['Bearer ', 'invalid_token'], [`Bearer\t${accessToken}`, 'invalid_token'], [`Bearer, ${accessToken}`, 'invalid_token'],
    [`Bearer ${accessToken}, Bearer ${accessToken}`, 'invalid_token'], [`Bearer ${accessToken},`, 'invalid_token'], [`Bearer ${accessToken} ${accessToken}`, 'invalid_token'], [`Bearer Bearer ${accessToken}`, 'invalid_token'], [`Bearer "${accessToken}"`, 'invalid_token'],
    [`Bearer:${accessToken}`, 'invalid_token'], [`Bearer ${accessToken}\u00a0`, 'invalid_token'], [`Bearer ${accessToken}${' '.repeat(4096)}x`, 'invalid_token'], [`${'x'.repeat(5000)}`, 'invalid_token']
  ]
  for (const [authorization, code] of table) {
    const reply = await ask(app, authorization)
    t.equal(reply.statusCode, 401)
    t.equal(reply.json().code, code, String(authorization).slice(0, 40))
    t.match(reply.headers['www-authenticate'], code === 'unauthorized' ? /^Bearer$/ : /^Bearer error="invalid_token", error_description="/)
  }
  t.equal((await ask(app, `Bearer ${accessToken}`)).statusCode, 200)
})

t.test('two Authorization headers are a 401 on the wire, in whatever case', async (t) => {
  const { app } = await buildTokenApp()
  t.teardown(() => app.close())
  await app.listen({ port: 0 })
  const { accessToken } = await app.issueAccessToken(subject())
  const { port } = app.server.address() as AddressInfo
  async function send (...lines: string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    socket.end(`GET /guarded HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`)
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return text.slice(9, 12)
  }
  t.equal(await send(`Authorization: Bearer ${accessToken}`), '200')
  t.equal(await send(`Authorization: Bearer ${accessToken}`, `authorization: Bearer ${accessToken}`), '401')
  t.equal(await send(`AUTHORIZATION: Bearer ${accessToken}`, 'Authorization: Basic dXNlcjpwYXNz'), '401')
  t.equal(await send('Authorization: Basic dXNlcjpwYXNz', `Authorization: Bearer ${accessToken}`), '401')
})

t.test('a role that is not enough is a 403, a route without a guard knows nobody', async (t) => {
  const { app, counts } = await buildTokenApp()
  t.teardown(() => app.close())
  await app.ready()
  const expected = { client: 403, manager: 200, admin: 200 }
  for (const role of roles) {
    const { accessToken } = await app.issueAccessToken(subject(role))
    t.equal((await ask(app, `Bearer ${accessToken}`, '/managed')).statusCode, expected[role], role)
    t.equal((await ask(app, `Bearer ${accessToken}`, '/open')).statusCode, 500)
  }
  t.equal((await ask(app, undefined, '/managed')).statusCode, 401)
  t.equal(counts.handled, 2)
})

t.test('a token stops counting when it ends, its session ends or its role changes, verified before or not', async (t) => {
  const { app, clock } = await buildTokenApp()
  t.teardown(() => app.close())
  await app.ready()
  const status = async (token: string) => (await ask(app, `Bearer ${token}`)).statusCode
  for (const seenBefore of [true, false]) {
    const [ended, promoted, expired] = [subject(), subject(), subject()]
    const tokens = await Promise.all([ended, promoted, expired].map(async (one) => (await app.issueAccessToken(one)).accessToken))
    const [endedToken = '', promotedToken = '', expiredToken = ''] = tokens
    if (seenBefore) for (const token of tokens) t.equal(await status(token), 200)
    app.denyList.add({ kind: 'session', sessionId: ended.sessionId, at: clock() })
    app.denyList.add({ kind: 'role', userId: promoted.userId, role: 'manager', at: clock() })
    t.equal(await status(endedToken), 401)
    t.equal(await status(promotedToken), 401)
    t.equal(await status((await app.issueAccessToken({ ...promoted, role: 'manager' })).accessToken), 200)
    clock.advance(599)
    if (!seenBefore) clock.advance(1)
    t.equal(await status(expiredToken), seenBefore ? 200 : 401)
    if (seenBefore) clock.advance(1)
    t.equal(await status(expiredToken), 401)
  }
})

t.test('a key that is retired before its time takes its tokens with it, also those verified before', async (t) => {
  const { app, clock, state } = await buildTokenApp()
  t.teardown(() => app.close())
  await app.ready()
  const { accessToken } = await app.issueAccessToken(subject())
  t.equal((await ask(app, `Bearer ${accessToken}`)).statusCode, 200)
  await state.stores.signingKeys.setRetiresAt(app.keyRing.signer().kid, clock())
  await app.keyRing.refresh()
  t.equal((await ask(app, `Bearer ${accessToken}`)).statusCode, 401)
  t.equal((await ask(app, `Bearer ${(await app.issueAccessToken(subject())).accessToken}`)).statusCode, 200, 'and a new key signs')
})

t.test('tokens live longer where something issues longer ones, and no longer than that', async (t) => {
  const { app, clock } = await buildTokenApp({ longestTokenSeconds: 3600 })
  t.teardown(() => app.close())
  await app.ready()
  const { accessToken, expiresIn } = await app.issueAccessToken({ ...subject(), lifeSeconds: 3600 })
  t.equal(expiresIn, 3600)
  clock.advance(3599)
  t.equal((await ask(app, `Bearer ${accessToken}`)).statusCode, 200)
  await t.rejects(app.issueAccessToken({ ...subject(), lifeSeconds: 3601 }), RangeError)
})

t.test('rotation under load gives no false 401, on two instances and for clients that keep the key set', async (t) => {
  const clock = createTestClock()
  const state = createTestStores()
  const instances = await Promise.all([0, 1].map(() => buildTokenApp({ clock, state, accessTokenSeconds: 120 })))
  const apps = instances.map(({ app }) => app)
  for (const app of apps) {
    t.teardown(() => app.close())
    await app.ready()
  }
  await Promise.all(apps.map((app) => app.keyRing.refresh()))
  const operator = createTestRing(state.stores, clock, { accessTokenSeconds: 120 })
  const signedBy = new Set<string>()
  let live: Array<{ token: string, endsAt: number }> = []
  let cached = { keys: new Set<string>(), at: Number.NEGATIVE_INFINITY }
  let refused = 0
  for (let step = 0; step < 240; step += 1) {
    clock.advance(5)
    if (step === 20) await operator.rotate()
    if (step === 120) await operator.rotate()
    const [even, odd] = apps
    if (even === undefined || odd === undefined) throw new Error('two instances')
    await (step % 2 === 0 ? even : odd).keyRing.refresh()
    const now = clock().getTime()
    if (now - cached.at >= 300_000) cached = { keys: new Set(even.keyRing.jwks().keys.map(({ kid }) => kid)), at: now }
    for (const app of apps) {
      const token = (await app.issueAccessToken(subject())).accessToken
      const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
      signedBy.add(kid)
      if (!cached.keys.has(kid)) t.fail(`step ${step}: a client with a key set of five minutes ago cannot verify`)
      live.push({ token, endsAt: now + 120_000 })
    }
    live = live.filter(({ endsAt }) => endsAt > now)
    const sample = [live[0], live.at(-1), live[Math.floor(live.length / 2)]]
    const replies = await Promise.all(sample.flatMap((one) => apps.map((app) => ask(app, `Bearer ${one?.token ?? ''}`))))
    refused += replies.filter(({ statusCode }) => statusCode !== 200).length
  }
  t.equal(refused, 0)
  t.equal(signedBy.size, 3, 'both rotations took place')
  t.same(apps[0]?.keyRing.list().map(({ state }) => state), ['retired', 'retired', 'signing'])
})

t.test('a key that signs at once is known to the other instance with the first token, however many come together', async (t) => {
  const clock = createTestClock()
  const state = createTestStores()
  const [{ app: one }, { app: other }] = [await buildTokenApp({ clock, state }), await buildTokenApp({ clock, state })]
  t.teardown(() => Promise.all([one.close(), other.close()]))
  await one.ready()
  await other.ready()
  await one.keyRing.rotate({ now: true })
  const before = state.calls.list
  const tokens = await Promise.all(Array.from({ length: 50 }, async () => (await one.issueAccessToken(subject())).accessToken))
  const replies = await Promise.all(tokens.map((token) => ask(other, `Bearer ${token}`)))
  t.ok(replies.every(({ statusCode }) => statusCode === 200))
  t.equal(state.calls.list, before + 1)
})
