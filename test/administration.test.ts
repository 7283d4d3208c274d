// Administration over the real store: what stays safe when the process dies between two writes, or a log-in is under way.
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Actor, createAdministration } from '../src/administration.js'
import { createAudit } from '../src/audit.js'
import { newId } from '../src/ids.js'
import { createSessions } from '../src/sessions.js'
import { openSqliteStores } from '../src/stores/sqlite/index.js'
import type { Session, User } from '../src/stores/stores.js'
import { createDenyList } from '../src/tokens/deny-list.js'
import { createRefreshTokens } from '../src/tokens/refresh-token.js'
import { createTestClock } from './helpers/clock.js'
import { temporaryFolder, testSecret } from './helpers/config.js'
import { refusalOf } from './stores/contract/engine.js'
import { sampleSession, sampleToken } from './stores/contract/samples.js'

const by: Actor = { actorId: newId(), device: { ip: '192.0.2.1', userAgent: 'admin console' } }
const device = { ip: '192.0.2.2', userAgent: 'phone' }
const crash = new Error('the process died here')

const stores = await openSqliteStores({ path: join(temporaryFolder(t), 'gatehouse.db') })
t.teardown(() => stores.close())
const clock = createTestClock()

/** One instance of the service on the common store. */
function createInstance () {
  const audit = createAudit({ store: stores.audit, clock })
  const denyList = createDenyList({ accessTokenSeconds: 600, clock })
  const refreshTokens = createRefreshTokens(Buffer.from(testSecret, 'base64'))
  const sessions = createSessions({ stores, refreshTokens, denyList, audit, clock, idleSeconds: 3600, maxSeconds: 7200, graceSeconds: 10 })
  return { audit, denyList, sessions, administration: createAdministration({ stores, sessions, denyList, audit, clock }) }
}

const { administration, sessions, denyList } = createInstance()

async function insert (otherwise: Partial<User> = {}): Promise<User> {
  const id = newId()
  const user: User = { id, email: `${id}@example.org`, emailVerified: false, username: null, firstName: null, lastName: null, phone: null, role: 'client', disabled: false, createdAt: clock(), updatedAt: clock(), lastLoginAt: null, ...otherwise }
  await stores.users.insert({ user, passwordHash: null })
  return user
}

/** Makes one verb of a store fail once, with nothing done. */
function failOnce (t: Test, store: object, verb: string): void {
  const original: unknown = Reflect.get(store, verb)
  const restore = (): void => { Reflect.set(store, verb, original) }
  t.teardown(restore)
  Reflect.set(store, verb, async () => {
    restore()
    throw crash
  })
}

const begin = (user: User) => sessions.begin({ user, passwordVersion: 1 }, device)
const eventsOf = async (userId: string) => (await stores.audit.page({ userId, after: null, limit: 50 })).map(({ event }) => event)

t.test('a process that dies between disabling and ending the sessions leaves none that can go on', async (t) => {
  const user = await insert()
  const { refreshToken } = await begin(user)
  failOnce(t, stores.sessions, 'endAll')
  await t.rejects(administration.changeUser(user.id, { disabled: true }, by), crash)
  t.equal((await administration.findUser(user.id)).disabled, true)
  t.equal(await refusalOf(sessions.refresh(refreshToken, device)), 'session_revoked')

  t.test('and enabling does not bring back what was left', async (t) => {
    t.equal((await administration.changeUser(user.id, { disabled: false }, by)).disabled, false)
    t.same(await administration.listSessions(user.id), [])
    t.equal(await refusalOf(sessions.refresh(refreshToken, device)), 'session_revoked')
  })
})

t.test('disabling again ends what a first try had left', async (t) => {
  const user = await insert()
  const { sessionId } = await begin(user)
  failOnce(t, stores.sessions, 'endAll')
  await t.rejects(administration.changeUser(user.id, { disabled: true }, by), crash)
  await administration.changeUser(user.id, { disabled: true }, by)
  t.equal((await stores.sessions.find(sessionId))?.endReason, 'disabled')
  t.ok(denyList.denies({ sid: sessionId, sub: user.id, role: 'client' }))
})

t.test('a log-in that is under way while the account is disabled begins no session that lives', async (t) => {
  for (const point of ['before', 'after'] as const) {
    const user = await insert()
    const original = stores.sessions.insert
    t.teardown(() => { stores.sessions.insert = original })
    let begun = ''
    stores.sessions.insert = async (session: Session) => {
      stores.sessions.insert = original
      begun = session.id
      if (point === 'after') await original(session)
      await administration.changeUser(user.id, { disabled: true }, by)
      if (point === 'before') await original(session)
    }
    t.equal(await refusalOf(begin(user)), 'invalid_credentials', `disabled ${point} the session is there`)
    t.not((await stores.sessions.find(begun))?.endedAt, null)
    t.ok(denyList.denies({ sid: begun, sub: user.id, role: 'client' }))
  }
})

t.test('enabling an account that is enabled ends nothing', async (t) => {
  const user = await insert()
  const { sessionId } = await begin(user)
  await administration.changeUser(user.id, { disabled: false }, by)
  t.match(await administration.listSessions(user.id), [{ id: sessionId }])
})

t.test('a new role counts at once in this instance, and is in the feed for the others', async (t) => {
  const user = await insert()
  const { sessionId } = await begin(user)
  const elsewhere = createInstance()
  const { cursor } = await stores.revocations.page(null, clock(), 1000)
  await administration.changeUser(user.id, { role: 'manager' }, by)
  t.ok(denyList.denies({ sid: sessionId, sub: user.id, role: 'client' }))
  t.notOk(denyList.denies({ sid: sessionId, sub: user.id, role: 'manager' }))
  t.notOk(elsewhere.denyList.denies({ sid: sessionId, sub: user.id, role: 'client' }))
  for (const revocation of (await stores.revocations.page(cursor, clock(), 1000)).revocations) elsewhere.denyList.add(revocation)
  t.ok(elsewhere.denyList.denies({ sid: sessionId, sub: user.id, role: 'client' }))
  t.equal((await stores.sessions.find(sessionId))?.endedAt, null, 'the session stays')
})

t.test('a change whose line was not written is told by the next try', async (t) => {
  const user = await insert()
  failOnce(t, stores.audit, 'append')
  await t.rejects(administration.changeUser(user.id, { role: 'manager', emailVerified: true }, by), crash)
  t.same(await eventsOf(user.id), [])
  t.match(await administration.changeUser(user.id, { role: 'manager', emailVerified: true }, by), { role: 'manager', emailVerified: true })
  t.same(await eventsOf(user.id), ['user_updated', 'authz_change'])
})

t.test('a patch of nothing writes nothing', async (t) => {
  const user = await insert()
  clock.advance(60)
  t.same(await administration.changeUser(user.id, {}, by), user)
  t.same(await administration.findUser(user.id), user)
  t.same(await eventsOf(user.id), [])
})

t.test('removing takes the links in mail along, and goes on from where a crash left it', async (t) => {
  for (const [store, verb] of [['sessions', 'endAll'], ['oneTimeTokens', 'removeFor'], ['users', 'remove']] as const) {
    const user = await insert()
    const tokens = (['password_reset', 'email_verification', 'email_change'] as const).map((purpose) => sampleToken({ purpose, userId: user.id, expiresAt: new Date(clock().getTime() + 1000) }))
    for (const token of tokens) await stores.oneTimeTokens.insert(token)
    const { sessionId, refreshToken } = await begin(user)
    failOnce(t, stores[store], verb)
    await t.rejects(administration.removeUser(user.id, by), crash, verb)
    t.equal(await refusalOf(sessions.refresh(refreshToken, device)), 'session_revoked')
    await administration.removeUser(user.id, by)
    t.equal(await refusalOf(administration.findUser(user.id)), 'not_found')
    for (const { hash, purpose } of tokens) t.equal(await stores.oneTimeTokens.find(hash, purpose, clock()), null, purpose)
    t.equal((await stores.sessions.find(sessionId))?.endReason, 'deleted')
    t.same((await stores.audit.page({ userId: user.id, event: 'user_deleted', after: null, limit: 9 })).map(({ actorId }) => actorId), [by.actorId])
  }
})

t.test('an account that goes while it is being changed is not found', async (t) => {
  const user = await insert()
  const original = stores.users.update
  t.teardown(() => { stores.users.update = original })
  stores.users.update = async (...given) => {
    stores.users.update = original
    await stores.users.remove(user.id)
    return await original(...given)
  }
  t.equal(await refusalOf(administration.changeUser(user.id, { disabled: true }, by)), 'not_found')
})

t.test('the last admin keeps sessions and standing when removing or disabling is refused', async (t) => {
  const admin = await insert({ role: 'admin' })
  const { sessionId } = await begin(admin)
  t.equal(await refusalOf(administration.changeUser(admin.id, { disabled: true }, by)), 'last_admin')
  t.equal(await refusalOf(administration.removeUser(admin.id, by)), 'last_admin')
  t.equal(await refusalOf(administration.changeUser(admin.id, { role: 'client' }, by)), 'last_admin')
  t.match(await administration.listSessions(admin.id), [{ id: sessionId }])
  t.notOk(denyList.denies({ sid: sessionId, sub: admin.id, role: 'admin' }))
  t.same((await eventsOf(admin.id)).filter((event) => event !== 'authn_login_success'), [], 'what was refused is not told as done')
})

t.test('ending the sessions of one account leaves those of others', async (t) => {
  const [one, other] = [await insert(), await insert()]
  await stores.sessions.insert(sampleSession({ userId: one.id, expiresAt: new Date(clock().getTime() + 1000), maxExpiresAt: new Date(clock().getTime() + 1000) }))
  const { sessionId } = await begin(other)
  await administration.endSessions(one.id, by)
  t.same(await administration.listSessions(one.id), [])
  t.match(await administration.listSessions(other.id), [{ id: sessionId }])
  t.equal(await refusalOf(administration.endSessions(newId(), by)), 'not_found')
})
