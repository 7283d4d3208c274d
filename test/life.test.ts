// The whole life of an account, over HTTP and with a real SMTP server, on the store that the environment names.
import t from 'tap'
import { createTestApp } from './helpers/app.js'
import { until } from './helpers/until.js'
import { type Peer, startPeer } from './mail/peer.js'

/** The newest mail to `to` with this in its subject, and the token of its link. */
async function mailTo (peer: Peer, to: string, subject: RegExp): Promise<{ text: string, token: string }> {
  const find = () => peer.received.findLast((one) => one.to === to && subject.test(one.mail.subject ?? ''))
  await until(async () => find() !== undefined)
  const text = find()?.mail.text ?? ''
  return { text, token: /#token=([\w-]+)/.exec(text)?.[1] ?? '' }
}

t.test('an account is made, verified, forgotten and found again, moved, used, changed by an admin, and removed', async (t) => {
  const peer = await startPeer(t)
  const { client, app } = await createTestApp(t, { environment: { SMTP_URL: `smtp://127.0.0.1:${peer.port}`, EMAIL_VERIFICATION: 'required', MAIL_SUBJECT_RESET: 'A new password for {product}' } })
  const ada = { email: 'ada@example.com', password: 'the first pass phrase' }

  const registered = await client.post('/register', { json: ada })
  t.strictSame([registered.status, registered.body], [202, { status: 'verification_sent' }], 'register says only that a mail is on its way')
  const again = await client.post('/register', { json: { ...ada, email: 'ADA@example.com' } })
  t.strictSame([again.status, again.body], [202, { status: 'verification_sent' }], 'and the same for an address that is taken')
  t.equal((await client.post('/login', { json: ada })).code, 'email_not_verified', 'no log-in before the address is verified')
  t.equal((await client.post('/login', { json: { ...ada, password: 'a wrong pass phrase' } })).code, 'invalid_credentials', 'which only the owner of the password hears')

  const { token } = await mailTo(peer, ada.email, /confirm/i)
  t.equal((await client.post('/email/verify', { json: { token } })).status, 204, 'the link verifies it')
  t.equal((await client.post('/email/verify', { json: { token } })).code, 'token_invalid', 'once')
  const phone = await client.login(ada)
  t.equal(phone.user.emailVerified, true)

  t.equal((await client.post('/password/forgot', { json: { email: ada.email } })).status, 202)
  t.equal((await client.post('/password/forgot', { json: { email: 'nobody@example.com' } })).status, 202, 'forgot says the same of an address without an account')
  const reset = await mailTo(peer, ada.email, /^A new password for Gatehouse$/)
  t.equal((await client.post('/password/reset', { json: { token: reset.token, password: 'password' } })).code, 'weak_password', 'a weak password leaves the link alive')
  t.equal((await client.post('/password/reset', { json: { token: reset.token, password: 'the second pass phrase' } })).status, 204)
  t.equal((await client.get('/profile', { token: phone.accessToken })).status, 401, 'every session has ended with it')
  await mailTo(peer, ada.email, /changed/i)
  t.equal((await client.post('/login', { json: ada })).code, 'invalid_credentials', 'the old password is none any more')
  t.notOk(peer.received.some((one) => one.to === 'nobody@example.com'), 'nobody got nothing')

  const desk = await client.login({ email: ada.email, password: 'the second pass phrase' })
  const moved = await client.put('/profile/email', { token: desk.accessToken, json: { email: 'ada@example.org', password: 'the second pass phrase' } })
  t.equal(moved.status, 202)
  t.match((await mailTo(peer, ada.email, /about to change/i)).text, /a\*\*\*@example\.org/, 'the old address is told')
  const confirm = await mailTo(peer, 'ada@example.org', /confirm/i)
  t.equal((await client.post('/email/verify', { json: { token: confirm.token } })).status, 204)
  t.match((await client.get('/profile', { token: desk.accessToken })).body, { email: 'ada@example.org', emailVerified: true })

  await app.stores.users.update(desk.id, { role: 'admin' }, app.clock())
  const admin = await client.login({ email: 'ada@example.org', password: 'the second pass phrase' })
  await client.post('/register', { json: { email: 'bob@example.com', password: 'the phrase of Bob' } })
  const { token: ofBob } = await mailTo(peer, 'bob@example.com', /confirm/i)
  await client.post('/email/verify', { json: { token: ofBob } })
  const bob = await client.login({ email: 'bob@example.com', password: 'the phrase of Bob' })
  t.equal((await client.as(admin).patch(`/users/${bob.id}`, { json: { disabled: true } })).status, 200)
  t.equal((await client.get('/profile', { token: bob.accessToken })).status, 401, 'who is disabled is out at once')
  t.equal((await client.post('/login', { json: { email: 'bob@example.com', password: 'the phrase of Bob' } })).code, 'account_disabled')
  await client.as(admin).patch(`/users/${bob.id}`, { json: { disabled: false } })
  t.equal((await client.as(admin).post(`/users/${bob.id}/password-reset`)).status, 202)
  await mailTo(peer, 'bob@example.com', /password/i)

  const { items } = (await client.as(admin).get(`/audit?userId=${bob.id}`)).body as { items: Array<{ event: string }> }
  const events = new Set(items.map(({ event }) => event))
  for (const event of ['user_created', 'authn_login_success', 'authn_login_fail', 'user_updated']) t.ok(events.has(event), `the audit log has ${event}`)

  t.equal((await client.as(admin).delete('/profile', { json: { password: 'the second pass phrase' } })).code, 'last_admin', 'the last admin stays')
  await app.stores.users.update(bob.id, { role: 'admin' }, app.clock())
  t.equal((await client.as(admin).delete('/profile', { json: { password: 'the second pass phrase' } })).status, 204)
  t.equal((await client.get('/profile', { token: admin.accessToken })).status, 401)
  t.equal((await client.post('/refresh', { json: { refreshToken: admin.refreshToken } })).status, 401, 'nothing of the account is left to use')
})

t.test('who is logged in has the link mailed again, at most three an hour with the one of the registration', async (t) => {
  const peer = await startPeer(t)
  const { client } = await createTestApp(t, { environment: { SMTP_URL: `smtp://127.0.0.1:${peer.port}` } })
  const ada = await client.register()
  t.equal(ada.user.emailVerified, false, 'verification is optional: the account is logged in at once')
  const statuses: number[] = []
  for (let tries = 0; tries < 3; tries += 1) statuses.push((await client.as(ada).post('/email/verification')).status)
  t.strictSame(statuses, [202, 202, 429])
  await until(async () => peer.received.length === 3)
  const { token } = await mailTo(peer, ada.email, /confirm/i)
  t.equal((await client.post('/email/verify', { json: { token } })).status, 204)
  t.equal((await client.as(ada).post('/email/verification')).status, 202, 'nothing is left to verify, and nothing is refused')
  t.equal((await client.post('/email/verify', { json: { token: 'none of ours' } })).code, 'token_invalid')
})
