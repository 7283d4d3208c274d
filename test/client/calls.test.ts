// Every operation of the client against the real service.
import t from 'tap'
import { type Client, createClient, type EndReason, memoryStorage } from '../../client/src/index.js'
import { createService, password, problem, register } from './support.js'

const { app, clock, clientOf, baseUrl } = await createService(t)

async function member (role: 'client' | 'manager' | 'admin' = 'client') {
  const own = clientOf()
  const account = await register(own.client)
  if (role !== 'client') {
    await app.stores.users.update(account.id, { role }, clock())
    await own.client.login({ email: account.email, password })
  }
  return { ...own, ...account }
}

t.test('register, log in, log out', async (t) => {
  const { client, watched } = clientOf()
  const heard: string[] = []
  const stop = client.onSignedIn(() => heard.push('in'))
  client.onSignedOut((reason) => heard.push(reason))
  t.notOk(client.signedIn)
  await t.rejects(client.profile.get(), { code: 'unauthorized' })
  t.same(watched.asked, [], 'nobody is asked without a token')
  const { email } = await register(client)
  t.ok(client.signedIn)
  await client.logout()
  t.notOk(client.signedIn)
  t.match(await client.login({ email, password }), { email })
  stop()
  await client.logout()
  await client.logout()
  t.same(heard, ['in', 'logged_out', 'in', 'logged_out'])
  t.equal(watched.count('POST /logout'), 2)
})

t.test('a registration that asks for a verified address signs nobody in', async (t) => {
  const { client, watched } = clientOf()
  watched.instead = () => new Response('{"status":"verification_sent"}', { status: 202 })
  t.equal(await client.register({ email: 'somebody@example.com', password }), null)
  t.notOk(client.signedIn)
})

t.test('a log-out that the service does not hear of still forgets, and says so', async (t) => {
  const { client, watched } = await member()
  watched.instead = () => problem(503, 'store_unavailable', { 'retry-after': '99' })
  await t.rejects(client.logout(), { code: 'store_unavailable' })
  t.notOk(client.signedIn)
})

t.test('ending this session is done also where the answer got lost and the repeat finds it gone', async (t) => {
  const ways = { all: (client: Client) => client.sessions.endAll(), this: async (client: Client) => client.sessions.end((await client.sessions.list()).find(({ current }) => current)?.id ?? '') }
  for (const [name, end] of Object.entries(ways)) {
    const { client, watched } = await member()
    const reasons: EndReason[] = []
    client.onSignedOut((reason) => reasons.push(reason))
    let lost = 0
    watched.instead = (what, init) => what.startsWith('DELETE ') && (lost += 1) === 1
      ? fetch(`${baseUrl}${what.slice('DELETE '.length)}`, init).then((answer) => { throw new TypeError(`lost: ${answer.status}`) })
      : undefined
    await end(client)
    t.equal(lost, 2, `${name}: it was asked again`)
    t.notOk(client.signedIn, name)
    t.equal(reasons.length, 1, name)
  }
})

t.test('ending another session with a session that has gone is refused', async (t) => {
  const { client, email } = await member()
  const elsewhere = clientOf().client
  await elsewhere.login({ email, password })
  await elsewhere.sessions.endOthers()
  await t.rejects(client.sessions.end('019e0000-0000-7000-8000-000000000000'), { code: 'unauthorized' })
})

t.test('a session that was ended elsewhere is noticed at the next call', async (t) => {
  const { client, email } = await member()
  const reasons: EndReason[] = []
  const stop = client.onSignedOut((reason) => reasons.push(reason))
  const elsewhere = clientOf().client
  await elsewhere.login({ email, password })
  await elsewhere.sessions.endOthers()
  await t.rejects(client.profile.get(), { code: 'unauthorized', status: 401 })
  t.same(reasons, ['session_revoked'])
  stop()
  await client.login({ email, password })
  await client.logout()
  t.equal(reasons.length, 1, 'who stopped listening hears no more')
  await t.resolves(elsewhere.profile.get())
})

t.test('profile and password', async (t) => {
  const { client, email } = await member()
  t.match(await client.profile.update({ firstName: 'Ada', phone: null }), { firstName: 'Ada', phone: null })
  await t.rejects(client.profile.update({ username: '?' }), { code: 'validation_failed', status: 400, errors: [{ path: '/username' }], requestId: /./ })
  await t.rejects(client.password.change({ currentPassword: 'wrong', newPassword: 'another fine password' }), { code: 'invalid_credentials', status: 403 })
  await client.password.change({ currentPassword: password, newPassword: 'another fine password' })
  await client.login({ email, password: 'another fine password' })
  await client.profile.remove('another fine password')
  t.notOk(client.signedIn)
  await t.rejects(client.login({ email, password: 'another fine password' }), { code: 'invalid_credentials', status: 401 })
})

t.test('mails: forgotten password, change of address, verification', async (t) => {
  const { client, email } = await member()
  await client.password.forgot(email)
  await client.email.change('new-address@example.com', password)
  await client.email.sendVerification()
  await t.rejects(client.password.reset('A'.repeat(43), 'another fine password'), { code: 'token_invalid', status: 400 })
  await t.rejects(client.email.verify('A'.repeat(43)), { code: 'token_invalid', status: 400 })
})

t.test('persons: pages, one by one, and writes that count only on the version that was read', async (t) => {
  const { client } = await member('manager')
  for (let number = 0; number < 5; number += 1) await client.persons.create({ name: `Zoe ${number}`, age: 20 + number })
  const page = await client.persons.list({ q: 'zoe', limit: 2, total: true, sort: 'age' })
  t.match(page, { total: 5, items: [{ age: 20 }, { age: 21 }] })
  const ages: unknown[] = []
  for await (const person of client.persons.all({ q: 'zoe', limit: 2, sort: '-age' })) ages.push(person.age)
  t.same(ages, [24, 23, 22, 21, 20])
  const [person] = page.items
  if (person === undefined) throw new Error('no person')
  t.match(await client.persons.update(person.id, { age: 30 }, { ifMatch: person.version }), { version: 2, age: 30 })
  await t.rejects(client.persons.update(person.id, { age: 31 }, { ifMatch: person.version }), { code: 'version_mismatch', status: 412 })
  t.match(await client.persons.replace(person.id, { name: 'Zoe' }, { ifMatch: '"2"' }), { version: 3, age: null })
  t.match(await client.persons.get(person.id), { version: 3 })
  await t.rejects(client.persons.remove(person.id, { ifMatch: 1 }), { code: 'version_mismatch' })
  await client.persons.remove(person.id)
  await t.rejects(client.persons.get(person.id), { code: 'not_found', status: 404 })
})

t.test('sessions: the list, ending another, ending this one, ending all', async (t) => {
  const { client, email } = await member()
  const other = clientOf().client
  await other.login({ email, password })
  const list = await client.sessions.list()
  t.equal(list.length, 2)
  await client.sessions.end(list.find(({ current }) => !current)?.id ?? '')
  t.ok(client.signedIn)
  await t.rejects(other.profile.get(), { code: 'unauthorized' })
  await client.sessions.end(list.find(({ current }) => current)?.id ?? '')
  t.notOk(client.signedIn)
  await client.login({ email, password })
  await client.sessions.endAll()
  t.notOk(client.signedIn)
})

t.test('ending this session is known for that also as the first call after a reload', async (t) => {
  const storage = memoryStorage()
  const before = clientOf({ storage }).client
  await register(before)
  const [own] = await before.sessions.list()
  const { client } = clientOf({ storage })
  const reasons: EndReason[] = []
  client.onSignedOut((reason) => reasons.push(reason))
  await client.sessions.end(own?.id ?? '')
  t.same(reasons, ['logged_out'])
  t.equal(storage.get(), null)
})

t.test('a listener that throws stops neither the others nor the call', async (t) => {
  const { client } = clientOf()
  const heard: string[] = []
  const { queueMicrotask } = globalThis
  t.teardown(() => { Object.assign(globalThis, { queueMicrotask }) })
  Object.assign(globalThis, { queueMicrotask (act: () => void) { try { act() } catch (error) { heard.push(String(error)) } } })
  for (const event of ['onSignedIn', 'onSignedOut'] as const) {
    client[event](() => { throw new Error(event) })
    client[event](() => { heard.push(`then ${event}`) })
  }
  await register(client)
  await client.logout()
  t.same(heard, ['Error: onSignedIn', 'then onSignedIn', 'Error: onSignedOut', 'then onSignedOut'])
  t.notOk(client.signedIn)
})

t.test('an admin sees and steers accounts, and reads the log', async (t) => {
  const { client } = await member('admin')
  const { id, email, client: theirs } = await member()
  await t.rejects(theirs.users.list(), { code: 'forbidden', status: 403 })
  t.match((await client.users.list({ q: email })).items, [{ id, role: 'client', disabled: false }])
  t.match(await client.users.update(id, { role: 'manager' }), { role: 'manager' })
  t.match(await client.users.get(id), { role: 'manager' })
  t.equal((await client.users.sessions(id)).length, 1)
  await client.users.endSessions(id)
  await t.rejects(theirs.profile.get(), { code: 'unauthorized' })
  await client.users.sendPasswordReset(id)
  await client.users.remove(id)
  await t.rejects(client.users.get(id), { code: 'not_found' })
  for await (const entry of client.audit.all({ event: 'authn_login_success', limit: 1 })) {
    t.equal(entry.event, 'authn_login_success')
    break
  }
})

t.test('a client made with nothing but an address uses the fetch of its surroundings', async (t) => {
  const client = createClient({ baseUrl: `${baseUrl}/` })
  t.teardown(() => { client.close() })
  t.match(await client.login({ email: (await member()).email, password }), { role: 'client' })
  t.match(createClient({ retries: 0 }), { signedIn: false })
})
