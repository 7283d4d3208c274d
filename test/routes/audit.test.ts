// GET /audit: newest first, filtered, in pages; every line in the vocabulary's words, none with a secret.
import t from 'tap'
import { newId } from '../../src/ids.js'
import type { AuditEntry } from '../../src/stores/stores.js'
import { createTestApp } from '../helpers/app.js'
import type { Body } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'

const { app, client, clock } = await createTestApp(t)
const admin = await client.member('admin')
const asAdmin = client.as(admin)
const items = ({ body }: { body: Body }): Body[] => body.items as Body[]

async function readAll (query: string): Promise<Body[]> {
  const told: Body[] = []
  for (let cursor = ''; ;) {
    const answer = await asAdmin.get(`/audit?limit=2${query}${cursor}`)
    told.push(...items(answer))
    if (answer.body.nextCursor === null) return told
    cursor = `&cursor=${String(answer.body.nextCursor)}`
  }
}

t.test('the log is told newest first, and filters by account, event and time, together and apart', async (t) => {
  const member = await client.register()
  clock.advance(60)
  const since = clock().toISOString()
  await client.post('/login', { json: { email: member.email, password: 'not the password' } })
  clock.advance(1)
  await client.login(member)
  await asAdmin.patch(`/users/${member.id}`, { json: { role: 'manager', emailVerified: true } })
  await asAdmin.delete(`/users/${member.id}/sessions`)

  const lines = await readAll(`&userId=${member.id}`)
  t.same(lines.map(({ event }) => event), ['authn_token_revoked', 'user_updated', 'authz_change', 'authn_login_success', 'authn_login_fail', 'authn_login_success', 'user_created'])
  t.match(lines[2], { userId: member.id, actorId: admin.id, ip: '127.0.0.1', userAgent: String, detail: { from: 'client', to: 'manager' } })
  t.match(lines[1], { detail: { emailVerified: true } })
  t.same(Object.keys(lines[0] ?? {}), ['id', 'at', 'event', 'userId', 'actorId', 'ip', 'userAgent', 'detail'])
  t.same(await readAll(`&userId=${member.id}&since=${since}`), lines.slice(0, 5))
  t.same(await readAll(`&userId=${member.id}&event=authn_login_success`), [lines[3], lines[5]])
  t.same(await readAll(`&userId=${member.id}&event=authn_login_success&since=${since}`), [lines[3]])
  t.ok((await readAll('&event=authn_login_fail')).every(({ event }) => event === 'authn_login_fail'))
  t.ok((await readAll(`&since=${since}`)).every(({ at }) => String(at) >= since))
  t.same(await readAll(`&userId=${newId()}`), [])
  t.match(await asAdmin.get(`/audit?userId=${member.id}&total=true&limit=1`), { body: { total: 7 }, headers: { 'cache-control': 'no-store' } })
  t.notOk('total' in (await asAdmin.get('/audit')).body)
})

t.test('a cursor counts only under the filter it was made for', async (t) => {
  const since = clock().toISOString()
  for (let turn = 0; turn < 3; turn += 1) await client.post('/login', { json: { email: 'nobody@example.org', password: 'wrong' } })
  const { body: { nextCursor } } = await asAdmin.get(`/audit?event=authn_login_fail&since=${since}&limit=1`)
  t.equal((await asAdmin.get(`/audit?event=authn_login_fail&since=${since}&cursor=${String(nextCursor)}`)).status, 200)
  for (const query of ['', `event=authn_login_fail`, `since=${since}`, `event=user_created&since=${since}`, `event=authn_login_fail&since=${since}&userId=${admin.id}`]) {
    t.match(await asAdmin.get(`/audit?${query}&cursor=${String(nextCursor)}`), { status: 400, code: 'invalid_cursor' }, query)
  }
  t.match(await asAdmin.get(`/users?cursor=${String(nextCursor)}`), { status: 400, code: 'invalid_cursor' })
})

runScenarios(t, app, asAdmin, [
  { name: 'a time with an offset is the same time', method: 'GET', url: '/audit?since=2999-01-01T00:00:00%2B02:00', status: 200, has: { items: [] } },
  { name: 'a leap second, which no clock here knows, is refused', method: 'GET', url: '/audit?since=2016-12-31T23:59:60Z', status: 400, code: 'validation_failed', names: ['?since'] },
  { name: 'what is no time, no id and no event is refused', method: 'GET', url: '/audit?since=yesterday&userId=1&event=DROP%20TABLE', status: 400, code: 'validation_failed', names: ['?since', '?userId', '?event'] },
  { name: 'unknown members of the query are refused', method: 'GET', url: '/audit?actorId=x', status: 400, code: 'validation_failed', names: ['?actorId'] },
  { name: 'nothing writes to the log from outside', method: 'POST', url: '/audit', json: { event: 'user_created' }, status: 405, code: 'method_not_allowed' },
  { name: 'a line cannot be removed', method: 'DELETE', url: `/audit/${newId()}`, status: 404, code: 'not_found' }
])

t.test('no line holds a password, a token or an address, whatever was done or tried', async (t) => {
  const canary = { email: 'canary.e-mail@example.org', username: 'canary.username', password: 'canary password of the tests' }
  const member = await client.register({ ...canary, firstName: 'Canary first' })
  const wrong = { email: canary.email, password: 'canary wrong password' }
  await client.post('/login', { json: wrong })
  await client.post('/login', { json: { email: 'canary.unknown@example.org', password: wrong.password } })
  const again = await client.login(member)
  const refreshed = await client.post('/refresh', { json: { refreshToken: again.refreshToken } })
  clock.advance(60)
  await client.post('/refresh', { json: { refreshToken: again.refreshToken } })
  await client.as(member).put('/profile/password', { json: { currentPassword: wrong.password, newPassword: 'canary new password' } })
  await client.as(member).put('/profile/password', { json: { currentPassword: canary.password, newPassword: 'canary new password' } })
  await client.as(member).get('/users?q=canary.search', { headers: { 'x-canary': 'canary header' } })
  await asAdmin.patch(`/users/${member.id}`, { json: { role: 'manager', disabled: true, emailVerified: true } })
  await asAdmin.delete(`/users/${member.id}`)

  const lines: AuditEntry[] = await app.stores.audit.page({ after: null, limit: 10_000 })
  const text = JSON.stringify(lines)
  t.ok(lines.some(({ event }) => event === 'authn_token_reuse') && lines.some(({ event }) => event === 'authz_fail'), 'it all happened')
  t.notMatch(text, /canary/i)
  t.notMatch(text, /argon2|@example|Bearer/)
  for (const secret of [member.accessToken, member.refreshToken, again.accessToken, again.refreshToken, String(refreshed.body.refreshToken), admin.accessToken]) t.notOk(text.includes(secret))
  t.ok(lines.every(({ event }) => /^(authn|authz|user|session|excess|sys)_[a-z_]+$/.test(event)), 'words of the vocabulary')
})
