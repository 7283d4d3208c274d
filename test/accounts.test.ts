// What accounts refuse by themselves, whoever asks: routes look at an address before, imports and scripts may not.
import t from 'tap'
import { createTestApp } from './helpers/app.js'
import { password } from './helpers/client.js'
import { refusalOf } from './stores/contract/engine.js'

const { app: { services: { accounts }, stores } } = await createTestApp(t)
const device = { ip: '127.0.0.1', userAgent: null }
const email = 'no address'

t.test('an account with an address that is none is not made, and the error names the member', async (t) => {
  await t.rejects(accounts.register({ email, password }, device), { kind: 'validation_failed', errors: [{ path: '/email', message: 'is not an e-mail address' }] })
  t.equal(await stores.users.count({}), 0)
})

t.test('a log-in with an address that is none is refused as one of a stranger', async (t) => {
  t.equal(await refusalOf(accounts.logIn({ email, password }, device)), 'invalid_credentials')
})
