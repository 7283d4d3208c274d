// POST /refresh: rotation, grace, reuse and the ends of a session's life, by the clock.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createRefreshTokens } from '../../src/tokens/refresh-token.js'
import { createTestApp } from '../helpers/app.js'
import { claimsOf, type Member } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'
import { until } from '../helpers/until.js'

const { app, client, clock } = await createTestApp(t)
const day = 86_400

async function refresh (refreshToken: unknown) {
  const answer = await client.post('/refresh', { json: { refreshToken } })
  const { accessToken, refreshToken: next } = answer.body as { accessToken: string, refreshToken: string }
  return { status: answer.status, code: answer.code, accessToken, next, headers: answer.headers, body: answer.body }
}

async function eventsOf (member: Member): Promise<string[]> {
  return (await app.stores.audit.page({ userId: member.id, after: null, limit: 50 })).map(({ event }) => event)
}

t.test('a refresh token is exchanged for a pair of the same session', async (t) => {
  const member = await client.register()
  const { status, accessToken, next, headers, body } = await refresh(member.refreshToken)
  t.equal(status, 200)
  t.equal(headers['cache-control'], 'no-store')
  t.same(Object.keys(body).sort(), ['accessToken', 'expiresIn', 'refreshToken', 'tokenType'])
  t.not(next, member.refreshToken)
  t.equal(claimsOf(accessToken).sid, member.sessionId)
  t.not(claimsOf(accessToken).jti, claimsOf(member.accessToken).jti)
  t.equal((await client.get('/profile', { token: accessToken })).status, 200)
  t.equal((await refresh(next)).status, 200)
})

t.test('within the grace the predecessor gets the same successor, and the window does not slide', async (t) => {
  const member = await client.register()
  const first = await refresh(member.refreshToken)
  clock.advance(6)
  t.equal((await refresh(member.refreshToken)).next, first.next)
  clock.advance(4)
  t.equal((await refresh(member.refreshToken)).next, first.next, 'ten seconds are within')
  clock.advance(0.001)
  t.match(await refresh(member.refreshToken), { status: 401, code: 'refresh_reused' }, 'repeating it did not make the window longer')
})

t.test('use after the grace is reuse: the session ends, also for the successor and its access token, and the audit log tells once', async (t) => {
  const member = await client.register()
  const other = await client.login(member)
  const { accessToken, next } = await refresh(member.refreshToken)
  clock.advance(11)
  t.match(await refresh(member.refreshToken), { status: 401, code: 'refresh_reused', headers: { 'www-authenticate': 'Bearer' } })
  t.match(await refresh(member.refreshToken), { status: 401, code: 'session_revoked' })
  t.match(await refresh(next), { status: 401, code: 'session_revoked' })
  t.match(await client.get('/profile', { token: accessToken }), { status: 401, code: 'invalid_token', headers: { 'www-authenticate': /error="invalid_token"/ } })
  t.equal((await eventsOf(member)).filter((event) => event === 'authn_token_reuse').length, 1)
  t.equal((await refresh(other.refreshToken)).status, 200, 'another session of the same account lives')
})

t.test('the grandparent is reuse, within the grace too', async (t) => {
  const member = await client.register()
  const { next } = await refresh(member.refreshToken)
  const second = await refresh(next)
  t.match(await refresh(member.refreshToken), { status: 401, code: 'refresh_reused' })
  t.match(await refresh(second.next), { status: 401, code: 'session_revoked' })
})

t.test('of several reuses at once one is told so, and the audit log has one line', async (t) => {
  const member = await client.register()
  await refresh((await refresh(member.refreshToken)).next)
  const codes = (await Promise.all(Array.from({ length: 10 }, () => refresh(member.refreshToken)))).map(({ code }) => code)
  t.same(codes.sort(), ['refresh_reused', ...Array.from({ length: 9 }, () => 'session_revoked')])
  t.equal((await eventsOf(member)).filter((event) => event === 'authn_token_reuse').length, 1)
})

t.test('genuine tokens of a session or a count that a restored backup has lost are refused, and end nothing', async (t) => {
  const member = await client.register()
  const { mint } = createRefreshTokens(app.config.authSecret)
  t.match(await refresh(mint(newId(), 0)), { status: 401, code: 'refresh_invalid' })
  t.match(await refresh(mint(member.sessionId, 7)), { status: 401, code: 'refresh_invalid' })
  t.equal((await refresh(member.refreshToken)).status, 200)
})

t.test('of 50 at once all get the same successor, and the counter is one higher', async (t) => {
  const member = await client.register()
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(member.refreshToken)))
  t.same([...new Set(answers.map(({ status }) => status))], [200])
  t.equal(new Set(answers.map(({ next }) => next)).size, 1)
  t.equal((await app.stores.sessions.find(member.sessionId))?.counter, 1)
  t.equal((await refresh(answers[0]?.next)).status, 200)
})

t.test('a session that is not used for 30 days has expired', async (t) => {
  const member = await client.register()
  clock.advance(30 * day - 1)
  const { status, next } = await refresh(member.refreshToken)
  t.equal(status, 200, 'a second before')
  clock.advance(30 * day)
  t.match(await refresh(next), { status: 401, code: 'refresh_expired' })
})

t.test('a session that is used has expired after 90 days all the same', async (t) => {
  const member = await client.register()
  let token = member.refreshToken
  for (let round = 0; round < 3; round += 1) {
    clock.advance(29 * day)
    const answer = await refresh(token)
    t.equal(answer.status, 200, `after ${29 * (round + 1)} days`)
    token = answer.next
  }
  clock.advance(3 * day)
  t.match(await refresh(token), { status: 401, code: 'refresh_expired' })
})

t.test('after log-out, disabling, and the end of the account nothing is exchanged', async (t) => {
  const [out, disabled, removed] = [await client.register(), await client.register(), await client.register()]
  await client.as(out).post('/logout')
  t.match(await refresh(out.refreshToken), { status: 401, code: 'session_revoked' })
  await app.stores.users.update(disabled.id, { disabled: true }, clock())
  t.match(await refresh(disabled.refreshToken), { status: 401, code: 'session_revoked' })
  await client.as(removed).delete('/profile', { json: { password: removed.password } })
  t.match(await refresh(removed.refreshToken), { status: 401 })
})

t.test('a changed role comes with the next refresh, and the token of before is refused', async (t) => {
  const member = await client.register()
  await app.stores.users.update(member.id, { role: 'manager' }, clock())
  const { accessToken } = await refresh(member.refreshToken)
  t.equal(claimsOf(accessToken).role, 'manager')
  t.equal((await client.post('/persons', { token: accessToken, json: { name: 'Made by a new manager' } })).status, 201)
  await until(async () => (await client.get('/profile', { token: member.accessToken })).status === 401)
  t.pass('refused within the poll')
})

t.test('what is not a refresh token of this service, to the letter, is refused', async (t) => {
  const { accessToken, refreshToken } = await client.register()
  const url = '/refresh'
  const invalid = { status: 401, code: 'refresh_invalid', sends: { 'www-authenticate': 'Bearer' } } as const
  const last = refreshToken.at(-1) === 'A' ? 'Q' : 'A'
  runScenarios(t, app, client, [
    { name: 'an access token is no refresh token', method: 'POST', url, json: { refreshToken: accessToken.slice(0, 500) }, ...invalid },
    { name: 'a changed token is none', method: 'POST', url, json: { refreshToken: `${refreshToken.slice(0, -1)}${last}` }, ...invalid },
    { name: 'another spelling of the same token is none', method: 'POST', url, json: { refreshToken: `${refreshToken}=` }, ...invalid },
    { name: 'a lost backup\'s token is none', method: 'POST', url, json: { refreshToken: 'x' }, ...invalid },
    { name: 'a form is not taken', method: 'POST', url, form: { refreshToken }, status: 415, code: 'unsupported_media_type' },
    { name: 'a bearer token that is refused elsewhere does no harm here', method: 'POST', url, token: 'nonsense', json: { refreshToken }, status: 200 }
  ])
})
