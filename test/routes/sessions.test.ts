// POST /logout and /sessions: where the account is logged in, and ending it there.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createTestApp } from '../helpers/app.js'
import type { Member } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'

const { app, client, clock } = await createTestApp(t)

async function isAlive ({ accessToken }: Member): Promise<boolean> {
  return (await client.get('/profile', { token: accessToken })).status === 200
}

t.test('log-out ends this session at once, and no other', async (t) => {
  const here = await client.register()
  const there = await client.login(here)
  const answer = await client.as(here).post('/logout')
  t.match(answer, { status: 204, text: '' })
  t.notOk(await isAlive(here))
  t.ok(await isAlive(there))
  t.match(await client.as(here).post('/logout'), { status: 401, code: 'invalid_token' })
  const events = await app.stores.audit.page({ userId: here.id, event: 'authn_token_revoked', after: null, limit: 10 })
  t.match(events, [{ detail: { sessionId: here.sessionId } }])
})

t.test('log-out takes the empty JSON body that many clients send', async (t) => {
  const member = await client.register()
  t.equal((await client.as(member).post('/logout', { body: '', headers: { 'content-type': 'application/json' } })).status, 204)
})

t.test('the list tells the live sessions of the account, last used first, and which is this one', async (t) => {
  const first = await client.register()
  clock.advance(60)
  const second = await client.login(first)
  clock.advance(60)
  const third = await client.login(first)
  await client.as(third).post('/logout')
  await client.member()
  const answer = await client.as(first).get('/sessions')
  t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' } })
  t.match(answer.body.items, [{ id: second.sessionId, current: false }, { id: first.sessionId, current: true }])
  t.equal((answer.body.items as unknown[]).length, 2)
  clock.advance(60)
  await client.post('/refresh', { json: { refreshToken: first.refreshToken } })
  t.match((await client.as(second).get('/sessions')).body.items, [{ id: first.sessionId, lastUsedAt: clock().toISOString() }, { id: second.sessionId, current: true }])
})

t.test('a session tells address and user agent, a long one cut', async (t) => {
  const { email, password } = await client.register()
  const answer = await client.post('/login', { json: { email, password }, headers: { 'user-agent': 'x'.repeat(300) } })
  const list = await client.get('/sessions', { token: String(answer.body.accessToken) })
  t.match((list.body.items as unknown[])[0] ?? (list.body.items as unknown[])[1], { ip: '127.0.0.1' })
  t.ok((list.body.items as Array<{ userAgent: string }>).some(({ userAgent }) => userAgent === 'x'.repeat(256)))
})

t.test('one session is ended by its id, once', async (t) => {
  const here = await client.register()
  const there = await client.login(here)
  t.equal((await client.as(here).delete(`/sessions/${there.sessionId}`)).status, 204)
  t.notOk(await isAlive(there))
  t.ok(await isAlive(here))
  t.match(await client.as(here).delete(`/sessions/${there.sessionId}`), { status: 404, code: 'not_found' })
  t.match(await client.post('/refresh', { json: { refreshToken: there.refreshToken } }), { status: 401, code: 'session_revoked' })
})

t.test('all sessions are ended, or all but this one', async (t) => {
  const here = await client.register()
  const [there, elsewhere] = [await client.login(here), await client.login(here)]
  const stranger = await client.register()
  const lines = async () => await app.stores.audit.count({ userId: here.id, event: 'authn_token_revoked' })
  const before = await lines()
  for (let round = 0; round < 3; round += 1) t.equal((await client.as(here).delete('/sessions?keep=current')).status, 204)
  t.equal(await lines(), before + 1, 'where nothing has ended nothing is written')
  t.same(await Promise.all([here, there, elsewhere, stranger].map(isAlive)), [true, false, false, true])
  t.equal((await client.as(here).delete('/sessions')).status, 204)
  t.same(await Promise.all([here, stranger].map(isAlive)), [false, true])
})

t.test('the hundred and first session ends the one longest unused', async (t) => {
  const first = await client.register()
  for (let count = 1; count < 100; count += 1) {
    clock.advance(1)
    const now = clock()
    await app.stores.sessions.insert({ id: newId(), userId: first.id, counter: 0, createdAt: now, lastUsedAt: now, rotatedAt: null, expiresAt: new Date(now.getTime() + 1e9), maxExpiresAt: new Date(now.getTime() + 1e9), endedAt: null, endReason: null, ip: null, userAgent: null })
  }
  t.ok(await isAlive(first), 'a hundred are kept')
  clock.advance(1)
  const last = await client.login(first)
  t.notOk(await isAlive(first))
  t.equal(((await client.as(last).get('/sessions')).body.items as unknown[]).length, 100)
})

t.test('what is not there, or not said well, ends nothing', async (t) => {
  const member = await client.register()
  const stranger = await client.register()
  const token = member.accessToken
  runScenarios(t, app, client, [
    { name: 'another account\'s session is not there', method: 'DELETE', url: `/sessions/${stranger.sessionId}`, token, status: 404, code: 'not_found', async also (t) { t.ok(await isAlive(stranger)) } },
    { name: 'an unknown session is not there', method: 'DELETE', url: `/sessions/${newId()}`, token, status: 404, code: 'not_found' },
    { name: 'an id that is none is refused by name', method: 'DELETE', url: '/sessions/42', token, status: 400, code: 'validation_failed', names: ['/id'] },
    { name: 'keep takes `current` only', method: 'DELETE', url: '/sessions?keep=all', token, status: 400, code: 'validation_failed', names: ['?keep'], async also (t) { t.ok(await isAlive(member)) } },
    { name: 'an unknown query member is refused, and ends nothing', method: 'DELETE', url: '/sessions?kep=current', token, status: 400, code: 'validation_failed', names: ['?kep'], async also (t) { t.ok(await isAlive(member)) } }
  ])
})
