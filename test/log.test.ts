// What the log tells and what it never tells: unique secrets are sent through every member, header, query and error, and searched for.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import pino, { type Logger } from 'pino'
import t from 'tap'
import { createFileLogger, createLogger } from '../src/log.js'
import { createTestApp } from './helpers/app.js'
import { temporaryFolder } from './helpers/config.js'
import { createTestLog } from './helpers/log.js'
import { until } from './helpers/until.js'

/** What pino calls when the process ends. */
const pinoStreamOf = (logger: Logger): { flushSync (): void } => (logger as unknown as Record<symbol, { flushSync (): void }>)[pino.symbols.streamSym] as { flushSync (): void }

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

t.test('a log that cannot be written stops nothing; what was lost is told when it can be', { skip: existsSync('/dev/full') ? false : 'there is no /dev/full here' }, async (t) => {
  const path = join(temporaryFolder(t), 'log')
  const fd = openSync('/dev/full', 'w')
  const logger = createFileLogger({ base: null, timestamp: false }, { fd, room: 1000 })
  const line = async (index: number) => {
    logger.info({ index }, 'a line')
    await sleep(1)
  }
  for (let index = 0; index < 100; index += 1) await line(index)
  // What is done at the end of a process comes back.
  logger.flush()
  pinoStreamOf(logger).flushSync()
  closeSync(fd)
  // A lower number may have become free meanwhile: those are taken until it is the turn of this one.
  const lower: number[] = []
  let opened = openSync(path, 'w')
  for (; opened < fd; opened = openSync(path, 'w')) lower.push(opened)
  t.equal(opened, fd, 'another file in its place')
  for (const one of lower) closeSync(one)
  const lines = () => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as { msg: string, lines?: number })
  await until(async () => lines().some(({ msg }) => msg.startsWith('lines of the log are lost')))
  const kept = lines().filter(({ msg }) => msg === 'a line').length
  t.ok(kept > 10)
  t.equal(kept + Number(lines().at(-1)?.lines), 100)
  for (let index = 0; index < 3; index += 1) logger.info('at the end')
  pinoStreamOf(logger).flushSync()
  // One may still be on its way.
  await until(async () => lines().filter(({ msg }) => msg === 'at the end').length === 3)
  closeSync(fd)
})

t.test('on a terminal the lines are for people, and keep the same secrets', async (t) => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  createLogger({ level: 'info', destination: terminal }).warn({ password: 'a-secret' }, 'a word')
  const text = String(terminal.read())
  t.match(text, /\u001b\[\d+mWARN.*a word/)
  t.match(text, /\[redacted\]/)
  t.notMatch(text, /a-secret/)
})

t.test('on a terminal a request is one line, and an error keeps its stack', async (t) => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  const logger = createLogger({ level: 'info', destination: terminal })
  const shown = () => String(terminal.read()).replace(/\u001b\[\d+m/g, '')
  const request = { requestId: 'r1', method: 'POST', route: '/login', status: 200, milliseconds: 35.21, userId: 'u1' }
  logger.info(request, 'request')
  t.match(shown(), /^\d\d:\d\d:\d\d INFO: POST \/login 200 35 ms \{"requestId":"r1","userId":"u1"\}\n$/)
  logger.info({ ...request, route: null, status: 404, userId: null }, 'request')
  t.match(shown(), /INFO: POST \(no such address\) 404 35 ms \{"requestId":"r1"\}\n$/)
  logger.info({ requestId: 'r2', status: 431, code: 'HPE' }, 'not a request')
  t.match(shown(), /INFO: not a request \{"requestId":"r2","status":431,"code":"HPE"\}\n$/)
  logger.info('Gatehouse is serving')
  t.match(shown(), /^[\d:]+ INFO: Gatehouse is serving *\n$/)
  logger.error({ requestId: 'r3', err: new Error('the disk is on fire', { cause: new Error('a spark') }) }, 'A fault\u001b[2J')
  t.match(shown(), /^[\d:]+ ERROR: A fault\[2J \{"requestId":"r3"\}\n +err: \{[^]*the disk is on fire[^]*\n +at [^]*a spark[^]*\n$/)
  logger.info({ password: 'a-secret' })
  t.match(shown(), /INFO: +\{"password":"\[redacted\]"\}\n$/)
})
