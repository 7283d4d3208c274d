// /profile: the account of the token, its password and its end.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { type Member, password } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'
import { refusalOf } from '../stores/contract/engine.js'

const { app, client, clock } = await createTestApp(t)
const url = '/profile'
const next = 'another fine password of the tests'

async function isAlive ({ accessToken }: Pick<Member, 'accessToken'>): Promise<boolean> {
  return (await client.get('/profile', { token: accessToken })).status === 200
}

t.test('the account of the token is told, and nothing secret', async (t) => {
  const member = await client.register({ firstName: 'Ada' })
  const answer = await client.as(member).get('/profile')
  t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' } })
  t.same(answer.body, member.user)
  t.same(Object.keys(answer.body).sort(), ['createdAt', 'email', 'emailVerified', 'firstName', 'id', 'lastLoginAt', 'lastName', 'phone', 'role', 'updatedAt', 'username'])
})

t.test('what its owner may change, and what not', async (t) => {
  const ada = await client.register({ username: 'Ada', firstName: 'Ada', phone: '+44 20 7946 0000' })
  await client.register({ username: 'taken' })
  const token = ada.accessToken
  runScenarios(t, app, client, [
    { name: 'PATCH sets what it names and leaves the rest', method: 'PATCH', url, token, json: { lastName: 'Lovelace' }, status: 200, has: { firstName: 'Ada', lastName: 'Lovelace', username: 'Ada' }, sends: { 'cache-control': 'no-store' } },
    { name: 'null removes', method: 'PATCH', url, token, json: { phone: null, firstName: null }, status: 200, has: { phone: null, firstName: null, lastName: 'Lovelace' } },
    { name: 'an empty object is fine', method: 'PATCH', url, token, json: {}, status: 200, has: { lastName: 'Lovelace' } },
    { name: 'the own username in another case is no conflict', method: 'PATCH', url, token, json: { username: 'ADA' }, status: 200, has: { username: 'ADA' } },
    { name: 'a taken username is refused, ignoring case', method: 'PATCH', url, token, json: { username: 'TAKEN', lastName: 'King' }, status: 409, code: 'username_taken', async also (t) { t.match((await client.get(url, { token })).body, { username: 'ADA', lastName: 'Lovelace' }) } },
    { name: 'what is not the owner\'s to set is refused by name', method: 'PATCH', url, token, json: { role: 'admin', id: 'x', emailVerified: true, disabled: false, email: 'new@example.com', passwordHash: 'x' }, status: 400, code: 'validation_failed', names: ['/role', '/id', '/emailVerified', '/disabled', '/email', '/passwordHash'] },
    { name: 'a name of white space is refused', method: 'PATCH', url, token, json: { firstName: ' \t ' }, status: 400, code: 'validation_failed', names: ['/firstName'] },
    { name: 'a name with NUL is refused', method: 'PATCH', url, token, json: { firstName: 'A\u0000da' }, status: 400, code: 'validation_failed', names: ['/firstName'] },
    { name: 'a name with a lone surrogate is refused', method: 'PATCH', url, token, body: '{"firstName":"A\\ud83d"}', headers: { 'content-type': 'application/json' }, status: 400, code: 'validation_failed', names: ['/firstName'] },
    { name: 'a name of one emoji is a name', method: 'PATCH', url, token, json: { firstName: '🚢' }, status: 200, has: { firstName: '🚢' } },
    { name: 'an array is no patch', method: 'PATCH', url, token, json: [], status: 400, code: 'validation_failed', names: [''] },
    { name: 'no body is no patch', method: 'PATCH', url, token, status: 400, code: 'validation_failed', names: [''] },
    { name: 'a wrong current password changes nothing', method: 'PUT', url: '/profile/password', token, json: { currentPassword: 'not this one', newPassword: next }, status: 403, code: 'invalid_credentials', async also (t) { t.equal((await client.login(ada)).id, ada.id) } },
    { name: 'a weak new password changes nothing and is named', method: 'PUT', url: '/profile/password', token, json: { currentPassword: password, newPassword: 'short' }, status: 422, code: 'weak_password', names: ['/newPassword'], async also (t) { t.equal((await client.login(ada)).id, ada.id) } },
    { name: 'the username as new password is weak', method: 'PUT', url: '/profile/password', token: ada.accessToken, json: { currentPassword: password, newPassword: 'ada' }, status: 422, code: 'weak_password' },
    { name: 'a wrong password removes nothing', method: 'DELETE', url, token, json: { password: 'not this one' }, status: 403, code: 'invalid_credentials', async also (t) { t.ok(await isAlive(ada)) } },
    { name: 'no password removes nothing', method: 'DELETE', url, token, status: 400, code: 'validation_failed', async also (t) { t.ok(await isAlive(ada)) } }
  ])
})

t.test('a change moves updatedAt, a log-in does not', async (t) => {
  const member = await client.register()
  clock.advance(60)
  const changed = clock().toISOString()
  t.match((await client.as(member).patch(url, { json: { firstName: 'Ada' } })).body, { updatedAt: changed, createdAt: member.user.createdAt })
  clock.advance(60)
  t.match((await client.login(member)).user, { updatedAt: changed, lastLoginAt: clock().toISOString() })
})

t.test('a new password ends every other session at once, and this one lives', async (t) => {
  const here = await client.register()
  const there = await client.login(here)
  t.match(await client.as(here).put('/profile/password', { json: { currentPassword: password, newPassword: next } }), { status: 204, text: '' })
  t.same([await isAlive(here), await isAlive(there)], [true, false])
  t.match(await client.post('/refresh', { json: { refreshToken: there.refreshToken } }), { status: 401, code: 'session_revoked' })
  t.equal((await client.post('/refresh', { json: { refreshToken: here.refreshToken } })).status, 200)
  t.equal((await client.post('/login', { json: { email: here.email, password } })).status, 401)
  t.equal((await client.login({ ...here, password: next })).id, here.id)
  const events = await app.stores.audit.page({ userId: here.id, event: 'authn_password_change', after: null, limit: 5 })
  t.equal(events.length, 1)
})

t.test('a new password kills the reset links that are out', async (t) => {
  const member = await client.register()
  const reset = { hash: 'a'.repeat(64), purpose: 'password_reset', userId: member.id, email: null, createdAt: clock(), expiresAt: new Date(clock().getTime() + 60_000) } as const
  await app.stores.oneTimeTokens.insert(reset)
  await client.as(member).put('/profile/password', { json: { currentPassword: password, newPassword: next } })
  t.equal(await app.stores.oneTimeTokens.find(reset.hash, 'password_reset', clock()), null)
})

t.test('a log-in that was under way with the old password while it changed is refused', async (t) => {
  const member = await client.register()
  const { passwordHash } = await app.stores.users.findCredentials({ id: member.id }) ?? {}
  const credentials = await app.services.accounts.logIn({ email: member.email, password }, { ip: null, userAgent: null })
  if (passwordHash !== null && passwordHash !== undefined) await app.stores.users.setPassword(member.id, passwordHash, clock())
  t.equal(await refusalOf(app.services.sessions.begin(credentials, { ip: null, userAgent: null })), 'invalid_credentials')
})

t.test('a password that was set meanwhile, by a reset link, outlives a change by who knew the one before', async (t) => {
  const [member, other] = [await client.register(), await client.register()]
  const { users } = app.stores
  const { passwordHash } = await users.findCredentials({ id: other.id }) ?? {}
  const { setPassword } = users
  users.setPassword = async (...change) => {
    users.setPassword = setPassword
    await setPassword(member.id, passwordHash as never, clock())
    return await setPassword(...change)
  }
  t.match(await client.as(member).put('/profile/password', { json: { currentPassword: password, newPassword: next } }), { code: 'invalid_credentials' })
  t.match(await users.findCredentials({ id: member.id }), { passwordHash, passwordVersion: 2 })
  t.equal((await app.stores.audit.page({ userId: member.id, event: 'authn_password_change_fail', after: null, limit: 5 })).length, 1)
})

t.test('the account goes with its sessions and tokens', async (t) => {
  const member = await client.register()
  const there = await client.login(member)
  t.match(await client.as(member).delete(url, { json: { password } }), { status: 204, text: '' })
  t.same([await isAlive(member), await isAlive(there)], [false, false])
  t.equal((await client.post('/login', { json: { email: member.email, password } })).status, 401)
  t.equal(await app.stores.users.find({ id: member.id }), null)
  t.equal((await client.register({ email: member.email })).email, member.email, 'the address is free again')
})

t.test('the last admin stays', async (t) => {
  const admin = await client.member('admin')
  t.match(await client.as(admin).delete(url, { json: { password } }), { status: 409, code: 'last_admin' })
  t.ok(await isAlive(admin))
  const second = await client.member('admin')
  t.equal((await client.as(admin).delete(url, { json: { password } })).status, 204)
  t.match(await client.as(second).delete(url, { json: { password } }), { status: 409, code: 'last_admin' })
})

t.test('a token whose account has gone behind the service\'s back is refused', async (t) => {
  const member = await client.register()
  await app.stores.users.remove(member.id)
  t.match(await client.as(member).get(url), { status: 401, code: 'invalid_token' })
  t.match(await client.as(member).patch(url, { json: {} }), { status: 401, code: 'invalid_token' })
  t.match(await client.as(member).delete(url, { json: { password } }), { status: 401, code: 'invalid_token' })
})

t.test('a name to log in by is left: the username stays where there is no e-mail address', async (t) => {
  const { user } = await app.services.accounts.register({ email: null, username: 'onlyname', password }, { ip: null, userAgent: null })
  const token = (await client.post('/login', { json: { username: 'onlyname', password } })).body.accessToken as string
  t.match(await client.patch(url, { token, json: { username: null } }), { status: 400, code: 'validation_failed', body: { errors: [{ path: '/username' }] } })
  t.equal((await client.patch(url, { token, json: { username: 'another', firstName: null } })).status, 200)
  t.equal((await app.stores.users.find({ id: user.id }))?.username, 'another')
})

t.test('a weak new password is refused before the current one is looked at: it costs no hash and no try', async (t) => {
  const member = await client.register()
  const change = async (newPassword: string) => await client.as(member).put(`${url}/password`, { json: { currentPassword: 'wrong', newPassword } })
  for (let round = 0; round < 15; round += 1) t.match(await change('password1'), { status: 422, code: 'weak_password' })
  t.match(await change(next), { status: 403, code: 'invalid_credentials' })
})
