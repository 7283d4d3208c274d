// POST /login: a session for who knows the password.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { asPasswordHash } from '../../src/passwords/password-hash.js'
import { createTestApp } from '../helpers/app.js'
import { password } from '../helpers/client.js'
import { whileHashingIsFull } from '../helpers/hashing.js'
import { runScenarios } from '../helpers/scenarios.js'

const { app, client, clock } = await createTestApp(t)
const url = '/login'
const ada = await client.register({ email: 'ada@example.com', username: 'Ada' })
const gone = await client.register({ email: 'disabled@example.com' })
await app.stores.users.update(gone.id, { disabled: true }, clock())
await importUser('old@example.com', '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO')
await importUser('nopassword@example.com', null)
const imported = await app.stores.users.findCredentials({ email: 'old@example.com' })
const refused = { status: 401, code: 'invalid_credentials', sends: { 'www-authenticate': 'Bearer' } } as const

async function importUser (email: string, hash: string | null): Promise<void> {
  const now = clock()
  const user = { id: newId(), email, emailVerified: true, username: null, firstName: null, lastName: null, phone: null, role: 'client', disabled: false, createdAt: now, updatedAt: now, lastLoginAt: null } as const
  await app.stores.users.insert({ user, passwordHash: hash === null ? null : asPasswordHash(hash) })
}

runScenarios(t, app, client, [
  { name: 'the e-mail and the password log in', method: 'POST', url, json: { email: 'ada@example.com', password }, status: 200, has: { tokenType: 'Bearer', expiresIn: 600, user: { id: ada.id, lastLoginAt: clock().toISOString() } }, hasNot: ['hash', password], sends: { 'cache-control': 'no-store' } },
  { name: 'the e-mail is taken in any spelling', method: 'POST', url, json: { email: ' ADA@Example.com ', password }, status: 200, has: { user: { id: ada.id } } },
  { name: 'the username logs in, ignoring case', method: 'POST', url, json: { username: 'aDa', password }, status: 200, has: { user: { id: ada.id } } },
  { name: 'a form with the e-mail logs in', method: 'POST', url, form: { email: 'ada@example.com', password }, status: 200, has: { user: { id: ada.id } } },
  { name: 'a form with the username and a charset logs in', method: 'POST', url, body: new URLSearchParams({ username: 'ada', password }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }, status: 200 },
  { name: 'JSON with a charset logs in', method: 'POST', url, body: JSON.stringify({ username: 'ada', password }), headers: { 'content-type': 'application/json; charset=utf-8' }, status: 200 },
  { name: 'a wrong password is refused', method: 'POST', url, json: { email: 'ada@example.com', password: 'not this one' }, ...refused },
  { name: 'an unknown e-mail is refused alike', method: 'POST', url, json: { email: 'nobody@example.com', password }, ...refused },
  { name: 'an unknown username is refused alike', method: 'POST', url, json: { username: 'nobody', password }, ...refused },
  { name: 'a username that no account can have is refused alike', method: 'POST', url, json: { username: '$ne', password }, ...refused },
  { name: 'an account without a password is refused alike', method: 'POST', url, json: { email: 'nopassword@example.com', password }, ...refused },
  { name: 'a password with a lone surrogate is refused alike', method: 'POST', url, body: '{"username":"ada","password":"\\ud800"}', headers: { 'content-type': 'application/json' }, ...refused },
  { name: 'a disabled account is told so after the right password', method: 'POST', url, json: { email: 'disabled@example.com', password }, status: 403, code: 'account_disabled' },
  { name: 'a disabled account is not told so after a wrong one', method: 'POST', url, json: { email: 'disabled@example.com', password: 'not this one' }, ...refused },
  { name: 'both names at once are refused', method: 'POST', url, json: { email: 'ada@example.com', username: 'ada', password }, status: 400, code: 'validation_failed' },
  { name: 'without a name both are named', method: 'POST', url, json: { password }, status: 400, code: 'validation_failed', names: ['/email', '/username', ''] },
  {
    name: 'an imported bcrypt hash logs in, and is argon2id afterwards',
    method: 'POST', url, json: { email: 'old@example.com', password: 'password' }, status: 200,
    async also (t) {
      const stored = await app.stores.users.findCredentials({ email: 'old@example.com' })
      t.match(stored?.passwordHash, /^\$argon2id\$/)
      t.equal(stored?.passwordVersion, imported?.passwordVersion, 'renewed, not changed')
      t.equal((await client.post(url, { json: { email: 'old@example.com', password: 'password' } })).status, 200)
      t.equal((await client.post(url, { json: { email: 'old@example.com', password: 'Password' } })).status, 401)
    }
  }
])

t.test('unknown name and wrong password answer with the same words', async (t) => {
  const [unknown, wrong] = [await client.post(url, { json: { email: 'nobody@example.com', password } }), await client.post(url, { json: { email: 'ada@example.com', password: 'not this one' } })]
  const { requestId: _one, ...first } = unknown.body
  const { requestId: _two, ...second } = wrong.body
  t.same(first, second)
  t.same(Object.keys(unknown.headers).sort(), Object.keys(wrong.headers).sort())
})

t.test('a refused log-in is in the audit log, with the reason only where the password was right', async (t) => {
  const entries = await app.stores.audit.page({ event: 'authn_login_fail', after: null, limit: 50 })
  t.ok(entries.some(({ userId, detail }) => userId === gone.id && detail.reason === 'disabled'))
  t.ok(entries.some(({ userId, detail }) => userId === gone.id && detail.reason === undefined))
  t.ok(entries.some(({ userId }) => userId === null))
  t.notOk(JSON.stringify(entries).includes('not this one'))
})

t.test('so is one that is refused for an address not verified, and only after the right password does the line say so', async (t) => {
  const { client, app } = await createTestApp(t, { environment: { EMAIL_VERIFICATION: 'required' } })
  const json = { email: 'unverified@example.com', password }
  await client.post('/register', { json })
  t.match(await client.post(url, { json: { ...json, password: 'not this one' } }), { status: 401, code: 'invalid_credentials' })
  t.match(await client.post(url, { json }), { status: 403, code: 'email_not_verified' })
  const user = await app.stores.users.find({ email: json.email })
  const entries = await app.stores.audit.page({ event: 'authn_login_fail', after: null, limit: 50 })
  t.same(entries.map(({ detail }) => detail), [{ reason: 'not_verified' }, {}])
  t.ok(entries.every(({ userId }) => userId === user?.id))
})

t.test('when every slot and the queue are taken the answer is 503 with Retry-After, and nothing is lost afterwards', async (t) => {
  const { client, app, log } = await createTestApp(t, { config: { hashing: { slots: 1, queue: 1 } } })
  await client.register({ email: 'busy@example.com' })
  const logIn = async () => await client.post(url, { json: { email: 'busy@example.com', password } })
  const { users } = app.stores
  const find = users.findCredentials.bind(users)
  let asked = 0
  users.findCredentials = async (name) => {
    asked += 1
    return await find(name)
  }
  // More than the ten tries that an account has: a try that found no place was none.
  for (let round = 0; round < 3; round += 1) {
    const answers = await whileHashingIsFull(app, async () => await Promise.all(Array.from({ length: 5 }, logIn)))
    for (const answer of answers) t.match(answer, { status: 503, code: 'busy', headers: { 'retry-after': /^[1-9]/ } })
  }
  t.equal(asked, 0, 'and the store is not asked')
  t.same(log.lines().filter(({ level }) => level >= 50), [], 'nor is it a fault to be explained in the log')
  t.equal((await logIn()).status, 200)
  t.match(app.services.hasher.stats(), { running: 0, waiting: 0, refused: 15 })
})

t.test('who finds the slot taken and a place in the queue free waits, and gets in', async (t) => {
  const { client, app } = await createTestApp(t, { config: { hashing: { slots: 1, queue: 1 } } })
  await client.register({ email: 'waits@example.com' })
  let busy = true
  const slot = (async () => { while (busy) await app.services.hasher.hash('takes the slot') })()
  t.equal((await client.post(url, { json: { email: 'waits@example.com', password } })).status, 200)
  busy = false
  await slot
})

t.test('a notice of the sign-in that cannot be queued refuses nobody whose session exists, and is in the log', async (t) => {
  const { client, app, log } = await createTestApp(t)
  const { email } = await client.register()
  const { mails } = app.stores
  const { insert } = mails
  const fromElsewhere = { json: { email, password }, headers: { 'user-agent': 'never seen before' } }
  await client.post(url, { json: { email, password } })
  Reflect.set(mails, 'insert', async () => { throw new Error('disk full') })
  t.match(await client.post(url, fromElsewhere), { status: 200, body: { refreshToken: String } })
  t.match(log.lines('could not queue the notice of a sign-in'), [{ level: 50, err: { message: 'disk full' } }])
  Reflect.set(mails, 'insert', insert)
})
