// What the log tells and what it never tells: unique secrets are sent through every member, header, query and error, and searched for.
import { PassThrough } from 'node:stream'
import t from 'tap'
import { createLogger } from '../src/log.js'
import { createTestApp } from './helpers/app.js'
import { createTestLog } from './helpers/log.js'

t.test('secrets that are sent anywhere are nowhere in the log, at its most talkative', async (t) => {
  const { app, client, log } = await createTestApp(t, { logLevel: 'trace' })
  const canaries: string[] = []
  const canary = (): string => {
    canaries.push(`canary-${Math.random().toString(36).slice(2)}-${canaries.length}`)
    return canaries.at(-1) ?? ''
  }
  const password = canary()
  const member = await client.register({ email: 'canary@example.com', password, firstName: canary() })
  canaries.push(member.accessToken, member.refreshToken)
  await client.post('/login', { json: { email: 'canary@example.com', password: canary() } })
  await client.post('/login', { form: { email: `${canary()}@example.com`, password: canary() } })
  await client.post(`/login?password=${canary()}`, { json: { password: canary(), [canary()]: 1 } })
  await client.post('/login', { body: `{"password":"${canary()}`, headers: { 'content-type': 'application/json' } })
  await client.post('/refresh', { json: { refreshToken: canary() } })
  const { body } = await client.post('/refresh', { json: { refreshToken: member.refreshToken } })
  canaries.push(String(body.accessToken), String(body.refreshToken))
  await client.as(member).put('/profile/password', { json: { currentPassword: canary(), newPassword: canary() } })
  await client.as(member).patch('/profile', { json: { phone: canary() } })
  await client.get(`/profile?access_token=${canary()}`, { headers: { cookie: `session=${canary()}`, 'x-api-key': canary(), 'x-access-token': canary() }, token: canary() })
  await client.get(`/nowhere/${canary()}?token=${canary()}`)
  await client.get(`/%/${canary()}`)
  const { find } = app.stores.users
  const [inMessage, inOptions] = [canary(), canary()]
  app.stores.users.find = async () => { throw Object.assign(new Error(`connect failed mongodb://user:${inMessage}@db/x`, { cause: new Error(`https://a:${inMessage}@b`) }), { options: { password: inOptions }, document: { passwordHash: inOptions } }) }
  await app.inject({ url: '/profile', headers: { authorization: `Bearer ${member.accessToken}` } })
  app.stores.users.find = find
  const text = log.text()
  for (const [index, secret] of canaries.entries()) t.notOk(text.includes(secret), `canary ${index}`)
  t.ok(log.lines('request').length >= 13, 'all of it was logged')
  t.match(text, /connect failed mongodb:\/\/\[redacted\]@db/, 'the fault itself is told')
  t.notOk(text.includes('argon2id'), 'nor is a hash')
})

t.test('what is logged by mistake is hidden by name', async (t) => {
  const log = createTestLog()
  log.logger.info({ password: 'a-secret', body: { refreshToken: 'a-secret' }, request: { headers: { authorization: 'a-secret' } }, err: new Error('plain') }, 'oops')
  t.notMatch(log.text(), /a-secret/)
  t.match(log.lines('oops'), [{ password: '[redacted]', err: { type: 'Error', message: 'plain', stack: String } }])
})

t.test('what is thrown and no error is told as text, and a chain of causes has an end', async (t) => {
  const log = createTestLog()
  log.logger.error({ err: 'just text' }, 'text')
  t.match(log.lines('text'), [{ err: { type: 'string', message: 'just text' } }])
  let error = new Error('0')
  for (let depth = 1; depth < 12; depth += 1) error = new Error(String(depth), { cause: error })
  log.logger.error({ err: Object.assign(error, { code: 'E_X' }) }, 'deep')
  t.match(log.lines('deep'), [{ err: { message: '11', code: 'E_X', cause: { message: '10' } } }])
  t.notMatch(JSON.stringify(log.lines('deep')), /"message":"2"/)
})

t.test('on a terminal the lines are for people, and keep the same secrets', async (t) => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  createLogger({ level: 'info', destination: terminal }).warn({ password: 'a-secret' }, 'a word')
  const text = String(terminal.read())
  t.match(text, /\u001b\[\d+mWARN.*a word/)
  t.match(text, /\[redacted\]/)
  t.notMatch(text, /a-secret/)
})
