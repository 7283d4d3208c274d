// POST /register: a new account, logged in.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { claimsOf, password } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'

const { app, client, clock } = await createTestApp(t)
await client.register({ email: 'taken@example.com', username: 'Taken' })
const url = '/register'
const hasNot = ['hash', password]

runScenarios(t, app, client, [
  {
    name: 'makes an account and logs it in',
    method: 'POST', url, json: { email: 'ada@example.com', password }, status: 201,
    has: { tokenType: 'Bearer', expiresIn: 600, user: { email: 'ada@example.com', emailVerified: false, username: null, firstName: null, lastName: null, phone: null, role: 'client', lastLoginAt: String } },
    hasNot, sends: { location: '/profile', 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }, writes: { users: 1 },
    async also (t, { body }) {
      const { accessToken, user } = body as { accessToken: string, user: { id: string } }
      t.match(claimsOf(accessToken), { sub: user.id, role: 'client', exp: Number(claimsOf(accessToken).iat) + 600 })
      t.equal((await client.get('/profile', { token: accessToken })).status, 200)
      const stored = await app.stores.users.findCredentials({ email: 'ada@example.com' })
      t.match(stored?.passwordHash, /^\$argon2id\$v=19\$m=1024,t=1,p=1\$/)
      const audited = await app.stores.audit.page({ userId: user.id, after: null, limit: 10 })
      t.same(audited.map(({ event }) => event).sort(), ['authn_login_success', 'user_created'])
    }
  },
  {
    name: 'keeps every member that a client may set',
    method: 'POST', url, json: { email: 'grace@example.com', password, username: 'Grace', firstName: 'Grace', lastName: 'Hopper 🚢', phone: '+1 (555) 010-0100' }, status: 201,
    has: { user: { username: 'Grace', firstName: 'Grace', lastName: 'Hopper 🚢', phone: '+1 (555) 010-0100' } }, hasNot, writes: { users: 1 }
  },
  { name: 'takes a form', method: 'POST', url, form: { email: 'form@example.com', password, firstName: 'Form' }, status: 201, has: { user: { email: 'form@example.com', firstName: 'Form' } }, writes: { users: 1 } },
  { name: 'trims, lower-cases and folds the e-mail', method: 'POST', url, json: { email: '  Mixed.Case@EXÄMPLE.com ', password }, status: 201, has: { user: { email: 'mixed.case@xn--exmple-cua.com' } }, writes: { users: 1 } },
  { name: 'refuses a taken e-mail', method: 'POST', url, json: { email: 'taken@example.com', password }, status: 409, code: 'email_taken', hasNot },
  { name: 'refuses a taken e-mail in another spelling', method: 'POST', url, json: { email: ' TAKEN@example.COM', password }, status: 409, code: 'email_taken' },
  { name: 'refuses a taken username, ignoring case', method: 'POST', url, json: { email: 'other@example.com', username: 'tAKEN', password }, status: 409, code: 'username_taken' },
  { name: 'refuses a short password and says what to change', method: 'POST', url, json: { email: 'weak@example.com', password: '7 chars' }, status: 422, code: 'weak_password', names: ['/password'], hasNot: ['7 chars'] },
  { name: 'refuses a common password', method: 'POST', url, json: { email: 'weak@example.com', password: 'Password123' }, status: 422, code: 'weak_password', names: ['/password'] },
  { name: 'refuses the e-mail as the password', method: 'POST', url, json: { email: 'weak-one@example.com', password: 'Weak-One@example.com' }, status: 422, code: 'weak_password' },
  { name: 'refuses a password with a lone surrogate', method: 'POST', url, body: '{"email":"weak@example.com","password":"abcdefgh\\ud800ijk"}', headers: { 'content-type': 'application/json' }, status: 422, code: 'weak_password' },
  { name: 'takes a password of any characters, NUL included', method: 'POST', url, json: { email: 'nul@example.com', password: 'пароль\u0000\u0007 密码 🔑' }, status: 201, writes: { users: 1 } },
  { name: 'refuses a role', method: 'POST', url, json: { email: 'boss@example.com', password, role: 'admin' }, status: 400, code: 'validation_failed', names: ['/role'] },
  { name: 'tells every fault at once', method: 'POST', url, json: { email: 'none', username: 'a b', phone: 'call me', passwordHash: 'x' }, status: 400, code: 'validation_failed', names: ['/email', '/password', '/username', '/phone', '/passwordHash'] }
])

t.test('of 25 registrations of one e-mail at once, one makes the account', async (t) => {
  const spellings = ['race@example.com', 'RACE@example.com', ' Race@Example.Com']
  const answers = await Promise.all(Array.from({ length: 25 }, (_, index) => client.post(url, { json: { email: spellings[index % 3], password } })))
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  t.equal(answers.filter(({ status, code }) => status === 409 && code === 'email_taken').length, 24)
})

t.test('the account carries the time of the clock', async (t) => {
  const { user } = await client.register()
  t.match(user, { createdAt: clock().toISOString(), updatedAt: clock().toISOString(), lastLoginAt: clock().toISOString() })
})
