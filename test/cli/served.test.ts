// The command beside a running service: what the operator does counts there within a second; and a service goes on from a copy.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config.js'
import { openStores } from '../../src/stores/open.js'
import { createClient, type Client, type Member, password } from '../helpers/client.js'
import { onMongo } from '../helpers/database.js'
import { testEnvironment } from '../helpers/config.js'
import type { ApiDocument } from '../helpers/document.js'
import { startService } from '../helpers/process.js'
import { overSocket } from '../helpers/transports.js'
import { until } from '../helpers/until.js'
import { createTestCli, linesOf } from './support.js'

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as ApiDocument
const environment = testEnvironment(t)
const folder = String(environment['DATA_DIR'])
const running = await startService(t, environment)
const client = createClient({ document, send: overSocket(running.origin) })
const cli = createTestCli(folder, environment)
// Opened once, in this process: opening starts a thread, which takes a second under test.
cli.kept = await openStores(loadConfig(environment))
t.teardown(async () => { await cli.kept?.close() })

async function gatehouse (...args: string[]): Promise<string> {
  cli.now = new Date()
  const { code, out, err } = await cli.run(args)
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')}: exit ${code}: ${err}`)
  return out
}

/** Asks for what needs no look at the account, so that only the revocation can refuse. */
async function isAlive (there: Client, { accessToken }: Member): Promise<boolean> {
  return (await there.get('/persons?limit=1', { token: accessToken })).status === 200
}

/** Does to a new member what the command of `args` does; answers how long their token counted after it, in milliseconds. */
async function endOne (t: Test, args: (member: Member) => string[]): Promise<Member & { lag: number }> {
  const member = await client.register()
  t.ok(await isAlive(client, member))
  await gatehouse(...args(member))
  return { ...member, lag: await until(async () => !await isAlive(client, member)) }
}

for (const [title, args, refresh] of [
  ['disabling an account', (member: Member) => ['user', 'disable', String(member.email)], 401],
  ['ending a session', (member: Member) => ['session', 'end', member.sessionId], 401],
  ['ending all sessions of an account', (member: Member) => ['session', 'end', '--user', member.id], 401],
  ['deleting an account', (member: Member) => ['user', 'delete', member.id, '--yes'], 401],
  ['giving another role', (member: Member) => ['user', 'role', String(member.email), 'manager'], 200]
] as const) {
  t.test(`${title} counts in a running service within a second`, async t => {
    let member = await endOne(t, args)
    // Again where the machine had no time for the service meanwhile.
    for (let round = 0; round < 2 && member.lag > 1000; round += 1) member = await endOne(t, args)
    t.ok(member.lag <= 1000, `${Math.round(member.lag)} ms`)
    const again = await client.post('/refresh', { json: { refreshToken: member.refreshToken } })
    t.equal(again.status, refresh)
    if (refresh === 200) t.match((await client.get('/profile', { token: String(again.body.accessToken) })).body, { role: 'manager' })
  })
}

t.test('a reset link, printed or mailed by the running service, sets the password', async t => {
  const member = await client.register()
  const link = await gatehouse('user', 'reset-link', String(member.email))
  await gatehouse('user', 'reset-link', String(member.email), '--mail')
  const outbox = join(folder, 'outbox')
  const mailed = () => readdirSync(outbox).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(outbox, name), 'utf8')).find((text) => text.includes(String(member.email)) && /\/reset#token/.test(text))
  await until(async () => mailed() !== undefined)
  const token = link.trim().split('#token=')[1]
  t.equal((await client.post('/password/reset', { json: { token, password: 'one fine new password' } })).status, 204)
  t.equal((await client.post('/login', { json: { email: member.email, password: 'one fine new password' } })).status, 200)
  t.equal((await client.post('/login', { json: { email: member.email, password } })).status, 401)
  const told = linesOf(await gatehouse('audit', 'tail', '--user', member.id, '--json')).filter(({ actorId }) => actorId === 'operator')
  t.match(told, [{ event: 'user_updated', detail: { passwordReset: 'link_issued' } }, { detail: { passwordReset: 'requested' } }])
})

t.test('refresh and access tokens of before a copy go on in a service on the copy', { skip: onMongo && 'SQLite to SQLite' }, async t => {
  const member = await client.register()
  const out = await client.register()
  await client.as(out).post('/logout')
  await running.stop()
  await cli.kept?.close()
  cli.kept = null
  const target = `sqlite:${join(folder, 'copy.db')}`
  t.match(JSON.parse(await gatehouse('store', 'copy', '--from', String(environment['DATABASE_URL']), '--to', target, '--json')), { ok: true })
  const copied = await startService(t, { ...environment, DATABASE_URL: target })
  const there = createClient({ document, send: overSocket(copied.origin) })
  t.ok(await isAlive(there, member), 'the same keys verify')
  t.notOk(await isAlive(there, out), 'what had ended stays ended')
  const refreshed = await there.post('/refresh', { json: { refreshToken: member.refreshToken } })
  t.equal(refreshed.status, 200)
  t.equal((await there.get('/profile', { token: String(refreshed.body.accessToken) })).status, 200)
  t.equal((await there.post('/refresh', { json: { refreshToken: out.refreshToken } })).status, 401)
})
