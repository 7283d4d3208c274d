// What a dialect says when there is too much to do, and what it does not write about that.
import t from 'tap'
import { ServiceError } from '../../../src/errors.js'
import { password } from '../../helpers/client.js'
import { createDialectApp, exchange } from './support.js'

const logIns = [
  { dialect: 'devdactic', url: '/old/api/login', json: { email: 'ada@example.com', password } },
  { dialect: 'joshmorony', url: '/old/auth', json: { email: 'ada@example.com', password } },
  { dialect: 'slatepeak', url: '/old/api/authenticate', json: { email: 'ada@example.com', password } },
  { dialect: 'dotnetcurry', url: '/old/authuser', json: { UserName: 'ada', Password: password } },
  { dialect: 'newbycoder', url: '/old/users/authenticate', json: { username: 'ada', password: Buffer.from(password).toString('base64') } }
]

for (const { dialect, url, json } of logIns) {
  t.test(`${dialect}: a flood is answered 503 without an error in the log, a fault with one`, async (t) => {
    const { app, log } = await createDialectApp(t, `${dialect}@/old`)
    const errors = () => log.lines().filter(({ level }) => level >= 50).length
    Reflect.set(app.services.accounts, 'logIn', async () => { throw new ServiceError('busy') })
    const before = errors()
    const refused = await exchange(app, { url, json })
    t.equal(refused.status, 503)
    t.match(refused.headers['retry-after'], /^[1-9]/)
    t.equal(errors(), before)

    Reflect.set(app.services.accounts, 'logIn', async () => { throw new ServiceError('store_unavailable', { cause: new Error('inner words') }) })
    t.equal((await exchange(app, { url, json })).status, 503)
    t.equal(errors(), before + 1)
  })
}

t.test('a notice of a sign-in that cannot be queued is no reason to refuse the token', async (t) => {
  const { app, client, log } = await createDialectApp(t, 'devdactic@/old')
  const { user: { email } } = await client.register()
  Reflect.set(app.stores.mails, 'insert', async () => { throw new Error('disk full') })
  const reply = await exchange(app, { url: '/old/api/login', json: { email, password }, headers: { 'user-agent': 'a new one' } })
  t.equal(reply.status, 200, reply.text)
  t.match(log.lines('could not queue the notice of a sign-in'), [{ level: 50, err: { message: 'disk full' } }])
})
