// /users: what an admin sees and may change, how soon it counts, and what nobody else may.
import t from 'tap'
import { newId } from '../../src/ids.js'
import type { Role, User } from '../../src/stores/stores.js'
import { createTestApp } from '../helpers/app.js'
import { type Body, claimsOf, type Member, password } from '../helpers/client.js'
import { pathsOf, runScenarios } from '../helpers/scenarios.js'
import { sampleUser } from '../stores/contract/samples.js'

const { app, client, clock } = await createTestApp(t)
const admin = await client.member('admin')
const asAdmin = client.as(admin)
const member = await client.register({ firstName: 'Ada', username: 'ada.of.the.tests' })

const items = ({ body }: { body: Body }): Body[] => body.items as Body[]
const ids = (answer: { body: Body }): string[] => items(answer).map(({ id }) => String(id))
const isAlive = async ({ accessToken }: Pick<Member, 'accessToken'>): Promise<boolean> => (await client.get('/profile', { token: accessToken })).status === 200
const refresh = (refreshToken: string) => client.post('/refresh', { json: { refreshToken } })
const linesOf = (userId: string, event: string) => app.stores.audit.page({ userId, event, after: null, limit: 200 })

async function insert (otherwise: Partial<User> = {}): Promise<User> {
  const id = newId()
  const now = clock()
  const user: User = { id, email: `${id}@example.org`, emailVerified: false, username: null, firstName: null, lastName: null, phone: null, role: 'client', disabled: false, createdAt: now, updatedAt: now, lastLoginAt: null, ...otherwise }
  await app.stores.users.insert({ user, passwordHash: null })
  return user
}

t.test('a search that finds more than a thousand is not counted to its end', async (t) => {
  const { app, client } = await createTestApp(t)
  const asAdmin = client.as(await client.member('admin'))
  const add = async (from: number, to: number) => await app.stores.users.insertMany(Array.from({ length: to - from }, (_, index) => ({
    user: sampleUser({ email: `many${from + index}@example.com`, username: `many-${from + index}`, disabled: index % 2 === 0 }), passwordHash: null
  })))
  const total = async (query: string) => {
    const { body: { total, totalIsMinimum } } = await asAdmin.get(`/users?total=true&${query}`)
    return [total, totalIsMinimum]
  }
  await add(0, 1000)
  t.same(await total('q=many'), [1000, undefined])
  await add(1000, 1010)
  t.same(await total('q=many'), [1000, true])
  t.same(await total('q=many&disabled=true'), [505, undefined])
  t.same(await total(''), [1011, undefined], 'without a search all are counted')
})

t.test('pages tell every account once, oldest first, with the total where it is asked for', async (t) => {
  const made = await Promise.all(Array.from({ length: 5 }, () => insert({ lastName: 'Pagewright' })))
  const expected = made.map(({ id }) => id).sort()
  const told: string[] = []
  for (let cursor = ''; ;) {
    const answer = await asAdmin.get(`/users?q=pagewright&limit=2&total=true${cursor}`)
    t.match(answer, { status: 200, body: { total: 5 }, headers: { 'cache-control': 'no-store' } })
    told.push(...ids(answer))
    if (answer.body.nextCursor === null) break
    cursor = `&cursor=${String(answer.body.nextCursor)}`
  }
  t.same(told, expected)
  t.notOk('total' in (await asAdmin.get('/users')).body)
})

t.test('search takes the beginning of e-mail, username, first or last name and ignores case', async (t) => {
  const [email, username, first, last] = await Promise.all([
    insert({ email: 'ÖZwald@example.org'.toLowerCase().replace('ö', 'o') }), insert({ username: 'OZwin' }), insert({ firstName: 'Özgür' }), insert({ lastName: 'ÖZDEMİR' })
  ])
  t.same(ids(await asAdmin.get('/users?q=OZW')).sort(), [email.id, username.id].sort())
  t.same(ids(await asAdmin.get(`/users?q=${encodeURIComponent('öZ')}`)).sort(), [first.id, last.id].sort())
  t.same(ids(await asAdmin.get('/users?q=zwald')), [], 'the middle of a word is no beginning')
})

t.test('role and standing filter the list', async (t) => {
  const [manager, off] = [await insert({ role: 'manager', lastName: 'Filterby' }), await insert({ disabled: true, lastName: 'Filterby' })]
  t.same(ids(await asAdmin.get('/users?q=filterby&role=manager')), [manager.id])
  t.same(ids(await asAdmin.get('/users?q=filterby&disabled=true')), [off.id])
  t.same(ids(await asAdmin.get('/users?q=filterby&disabled=false')), [manager.id])
  t.ok(ids(await asAdmin.get('/users?disabled=true&limit=200')).includes(off.id))
})

t.test('a cursor counts only for the list and the filter it was made for', async (t) => {
  for (let index = 0; index < 3; index += 1) await insert({ firstName: 'Bound', disabled: true })
  const { body: { nextCursor } } = await asAdmin.get('/users?q=bound&disabled=true&limit=1')
  t.equal((await asAdmin.get(`/users?q=BOUND&disabled=true&limit=2&cursor=${String(nextCursor)}`)).status, 200)
  for (const url of ['/users?q=bou&disabled=true', '/users?q=bound', '/users?q=bound&disabled=false', '/users?q=bound&disabled=true&role=client', '/users?', '/audit?', '/persons?']) {
    t.match(await asAdmin.get(`${url}&cursor=${String(nextCursor)}`), { status: 400, code: 'invalid_cursor' }, url)
  }
  t.match(await asAdmin.get('/users?cursor=bm90aGluZw'), { status: 400, code: 'invalid_cursor' })
})

const unknown = newId()
runScenarios(t, app, asAdmin, [
  { name: 'an account tells its standing, and nothing of its password', method: 'GET', url: `/users/${member.id}`, status: 200, has: { ...member.user, disabled: false, lastLoginAt: String }, hasNot: ['password', 'hash'], sends: { 'cache-control': 'no-store' } },
  { name: 'an unknown account is a 404', method: 'GET', url: `/users/${unknown}`, status: 404, code: 'not_found' },
  { name: 'what is no id is a 400', method: 'GET', url: '/users/1', status: 400, code: 'validation_failed' },
  { name: 'an unknown account cannot be changed', method: 'PATCH', url: `/users/${unknown}`, json: { role: 'manager' }, status: 404, code: 'not_found' },
  { name: 'an unknown account cannot be deleted', method: 'DELETE', url: `/users/${unknown}`, status: 404, code: 'not_found' },
  { name: 'an unknown account has no sessions to list', method: 'GET', url: `/users/${unknown}/sessions`, status: 404, code: 'not_found' },
  { name: 'an unknown account has no sessions to end', method: 'DELETE', url: `/users/${unknown}/sessions`, status: 404, code: 'not_found' },
  { name: 'whether the address counts as verified can be set', method: 'PATCH', url: `/users/${member.id}`, json: { emailVerified: true }, status: 200, has: { emailVerified: true } },
  { name: 'a patch of nothing changes nothing', method: 'PATCH', url: `/users/${member.id}`, json: {}, status: 200, has: { id: member.id, role: 'client', disabled: false } },
  { name: 'every other member is refused, each by its name', method: 'PATCH', url: `/users/${member.id}`, json: { password, passwordHash: 'x', email: 'x@example.org', id: unknown, username: 'x', updatedAt: null }, status: 400, code: 'validation_failed', names: ['/password', '/passwordHash', '/email', '/id', '/username', '/updatedAt'] },
  { name: 'role and standing are not taken in any other form', method: 'PATCH', url: `/users/${member.id}`, json: { role: 'root', disabled: 'true', emailVerified: null }, status: 400, code: 'validation_failed', names: ['/role', '/disabled', '/emailVerified'] },
  { name: 'there is no address to set a password at', method: 'PUT', url: `/users/${member.id}/password`, json: { newPassword: password }, status: 404, code: 'not_found' },
  { name: 'unknown members of the query are refused', method: 'GET', url: '/users?email=ada&sort=email', status: 400, code: 'validation_failed', names: ['?email', '?sort'] },
  { name: 'a search for nothing, a role that is none and a page of none are refused', method: 'GET', url: '/users?q=&role=root&limit=0', status: 400, code: 'validation_failed', names: ['?q', '?role', '?limit'] },
  { name: 'an operator in the place of a search is plain text or refused', method: 'GET', url: '/users?q[$ne]=1', status: 400, code: 'validation_failed' }
])

t.test('a new role counts at once: the old access token is refused, the session stays, the next refresh carries it', async (t) => {
  const promoted = await client.register()
  t.match(await asAdmin.patch(`/users/${promoted.id}`, { json: { role: 'manager' } }), { status: 200, body: { role: 'manager' } })
  t.match(await client.as(promoted).get('/profile'), { status: 401, code: 'invalid_token' })
  const answer = await refresh(promoted.refreshToken)
  t.equal(answer.status, 200)
  t.equal(claimsOf(String(answer.body.accessToken)).role, 'manager')
  t.equal(claimsOf(String(answer.body.accessToken)).sid, promoted.sessionId)
  t.equal((await client.post('/persons', { token: String(answer.body.accessToken), json: { name: 'Grace' } })).status, 201)
  // The latest change is known by its time, which stands still in a test.
  clock.advance(1)
  await asAdmin.patch(`/users/${promoted.id}`, { json: { role: 'client' } })
  t.equal((await client.post('/persons', { token: String(answer.body.accessToken), json: { name: 'Grace' } })).status, 401)
  t.match(await linesOf(promoted.id, 'authz_change'), [
    { actorId: admin.id, detail: { from: 'manager', to: 'client' } }, { actorId: admin.id, ip: '127.0.0.1', detail: { from: 'client', to: 'manager' } }
  ])
})

t.test('the role that an account has already ends no token', async (t) => {
  const same = await client.register()
  t.equal((await asAdmin.patch(`/users/${same.id}`, { json: { role: 'client', disabled: false } })).status, 200)
  t.ok(await isAlive(same))
})

t.test('disabling ends every session at once, and enabling revives none', async (t) => {
  const here = await client.register()
  const there = await client.login(here)
  t.match(await asAdmin.patch(`/users/${here.id}`, { json: { disabled: true } }), { status: 200, body: { disabled: true } })
  for (const { accessToken, refreshToken } of [here, there]) {
    t.notOk(await isAlive({ accessToken }))
    t.match(await refresh(refreshToken), { status: 401, code: 'session_revoked' })
  }
  t.match(await client.post('/login', { json: { email: here.email, password } }), { status: 403, code: 'account_disabled' })
  t.match(await asAdmin.patch(`/users/${here.id}`, { json: { disabled: false } }), { status: 200, body: { disabled: false } })
  for (const { accessToken, refreshToken } of [here, there]) {
    t.notOk(await isAlive({ accessToken }))
    t.match(await refresh(refreshToken), { status: 401, code: 'session_revoked' })
  }
  t.ok(await isAlive(await client.login(here)))
  t.match(await linesOf(here.id, 'user_updated'), [{ actorId: admin.id, detail: { disabled: false } }, { actorId: admin.id, detail: { disabled: true } }])
})

t.test('deleting takes the account and its sessions, once', async (t) => {
  const gone = await client.register()
  t.match(await asAdmin.delete(`/users/${gone.id}`), { status: 204, text: '' })
  t.notOk(await isAlive(gone))
  t.equal((await refresh(gone.refreshToken)).status, 401)
  t.match(await client.post('/login', { json: { email: gone.email, password } }), { status: 401, code: 'invalid_credentials' })
  t.equal((await asAdmin.delete(`/users/${gone.id}`)).status, 404)
  t.match(await linesOf(gone.id, 'user_deleted'), [{ actorId: admin.id }])
  t.equal((await linesOf(gone.id, 'user_deleted')).length, 1)
})

t.test('the sessions of an account are listed and ended', async (t) => {
  const here = await client.register()
  const there = await client.login(here)
  const answer = await asAdmin.get(`/users/${here.id}/sessions`)
  t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' } })
  t.same(ids(answer).sort(), [here.sessionId, there.sessionId].sort())
  t.ok(items(answer).every(({ current }) => current === false))
  t.ok(items(await asAdmin.get(`/users/${admin.id}/sessions`)).some(({ id, current }) => id === admin.sessionId && current === true))
  t.equal((await asAdmin.delete(`/users/${here.id}/sessions`)).status, 204)
  t.notOk(await isAlive(here) || await isAlive(there))
  t.same(ids(await asAdmin.get(`/users/${here.id}/sessions`)), [])
  t.match(await linesOf(here.id, 'authn_token_revoked'), [{ actorId: admin.id, detail: { all: true } }])
})

const routes = [
  ['GET', '/users'], ['GET', '/users/:id'], ['PATCH', '/users/:id'], ['DELETE', '/users/:id'], ['GET', '/users/:id/sessions'], ['DELETE', '/users/:id/sessions'], ['GET', '/audit']
] as const

t.test('nobody but an admin gets in, and each try with a token leaves one line', async (t) => {
  const target = await client.register()
  for (const role of ['client', 'manager'] as const) {
    const caller = await client.member(role)
    for (const [method, route] of routes) {
      const answer = await client.as(caller).request(method, route.replace(':id', target.id), method === 'PATCH' ? { json: { role: 'admin' } } : {})
      t.match(answer, { status: 403, code: 'forbidden' }, `${role} ${method} ${route}`)
    }
    const lines = await linesOf(caller.id, 'authz_fail')
    t.same(lines.map(({ detail }) => detail).reverse(), routes.map(([method, route]) => ({ method, route, role })), role)
    t.match(lines[0], { userId: caller.id, actorId: null, ip: '127.0.0.1' })
  }
  const before = await app.stores.audit.count({ event: 'authz_fail' })
  for (const [method, route] of routes) t.match(await client.request(method, route.replace(':id', target.id)), { status: 401, code: 'unauthorized' })
  t.equal(await app.stores.audit.count({ event: 'authz_fail' }), before)
  t.ok(await isAlive(target))
  t.equal((await app.stores.users.find({ id: target.id }))?.role, 'client')
})

t.test('a refusal on any other route leaves its line too', async (t) => {
  const caller = await client.register()
  t.equal((await client.as(caller).post('/persons?secret=1', { json: { name: 'Grace' } })).status, 403)
  t.match(await linesOf(caller.id, 'authz_fail'), [{ detail: { method: 'POST', route: '/persons', role: 'client' } }])
  const wrong = await client.as(caller).delete('/profile', { json: { password: 'another' } })
  t.equal(wrong.status, 403)
  t.equal((await linesOf(caller.id, 'authz_fail')).length, 1, 'a wrong password is no matter of roles')
})

t.test('the last admin can be neither demoted, disabled nor deleted, and keeps its sessions', async (t) => {
  for (const json of [{ role: 'manager' }, { disabled: true }, { role: 'client', disabled: true, emailVerified: true }]) {
    t.match(await asAdmin.patch(`/users/${admin.id}`, { json }), { status: 409, code: 'last_admin' })
  }
  t.match(await asAdmin.delete(`/users/${admin.id}`), { status: 409, code: 'last_admin' })
  t.match(await asAdmin.patch(`/users/${admin.id}`, { json: { role: 'admin', emailVerified: true } }), { status: 200, body: { role: 'admin', disabled: false } })
  t.ok(await isAlive(admin))
  t.equal((await refresh(admin.refreshToken)).status, 200)
})

t.test('of two admins who demote, disable or delete each other at once one remains, fifty times', async (t) => {
  const acts = [
    { method: 'PATCH', json: { role: 'client' } }, { method: 'PATCH', json: { disabled: true } }, { method: 'DELETE' }
  ]
  const tokenOf = async (userId: string, role: Role) => (await app.issueAccessToken({ userId, sessionId: newId(), role })).accessToken
  const outcomes = new Set<string>()
  for (let round = 0; round < 50; round += 1) {
    for (const { id } of await app.stores.users.page({ role: 'admin', disabled: false, after: null, limit: 50 })) {
      if (id !== admin.id) await app.stores.users.update(id, { role: 'client' }, clock())
    }
    const pair = [await insert({ role: 'admin' }), await insert({ role: 'admin' })] as const
    await app.stores.users.update(admin.id, { role: 'client' }, clock())
    const answers = await Promise.all(pair.map(async ({ id }, index) => {
      const act = acts[(round + index * Math.floor(round / 3)) % 3] ?? { method: 'DELETE' }
      return await client.request(act.method, `/users/${pair[1 - index]?.id ?? ''}`, { ...act, token: await tokenOf(id, 'admin') })
    }))
    t.equal(answers.filter(({ status }) => status === 200 || status === 204).length, 1, `round ${round}: ${answers.map(({ status }) => status).join()}`)
    t.equal(await app.stores.users.count({ role: 'admin', disabled: false }), 1)
    for (const { code } of answers) outcomes.add(String(code))
    await app.stores.users.update(admin.id, { role: 'admin' }, clock())
  }
  t.ok(outcomes.has('last_admin'), 'they did meet')
})

t.test('a refusal stands where its line cannot be written', async (t) => {
  const caller = await client.register()
  const { audit } = app.services
  const { record } = audit
  audit.record = async () => { throw new Error('no audit today') }
  t.teardown(() => { audit.record = record })
  t.match(await client.as(caller).get('/users'), { status: 403, code: 'forbidden' })
  t.same(pathsOf(await client.as(caller).get('/users')), [])
})
