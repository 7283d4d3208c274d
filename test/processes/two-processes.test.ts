// Two processes on one store: what one revokes is dead in the other within a second.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { createClient, type Client, type Member, password } from '../helpers/client.js'
import { testEnvironment } from '../helpers/config.js'
import type { ApiDocument } from '../helpers/document.js'
import { startService } from '../helpers/process.js'
import { overSocket } from '../helpers/transports.js'
import { until } from '../helpers/until.js'

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as ApiDocument
const environment = testEnvironment(t)
// The second starts when the first has made file, keys and tables, as a rolling start does.
const here = createClient({ document, send: overSocket((await startService(t, environment)).origin) })
const there = createClient({ document, send: overSocket((await startService(t, environment)).origin) })
const rounds = 5
/** So many rounds may be made again, for a machine that stands still: a lag that is too long by itself is too long in more of them. */
const pardons = 2

/** Asks for what needs no look at the account, so that only the revocation can refuse. */
async function isAlive (client: Client, { accessToken }: Member): Promise<boolean> {
  return (await client.get('/persons?limit=1', { token: accessToken })).status === 200
}

/** How long what `revoke` does here takes to count there, in milliseconds: the longest of several rounds, without the worst that are pardoned. */
async function lagOf (revoke: (victim: Member, member: Member) => Promise<number>): Promise<number> {
  const lags: number[] = []
  for (let round = 0; round < rounds || (round < rounds + pardons && lags.filter((lag) => lag <= 1000).length < rounds); round += 1) {
    const victim = await here.register()
    const member = await here.login(victim)
    if (!await isAlive(there, victim) || !await isAlive(there, member)) throw new Error('Both sessions should count there.')
    const status = await revoke(victim, member)
    if (status !== 204) throw new Error(`It answered ${status}.`)
    if (await isAlive(here, victim)) throw new Error('It still counts here.')
    lags.push(await until(async () => !await isAlive(there, victim)))
    if ((await there.post('/refresh', { json: { refreshToken: victim.refreshToken } })).status !== 401) throw new Error('Its refresh token still counts there.')
  }
  return lags.sort((one, other) => one - other)[rounds - 1] ?? Number.NaN
}

for (const [title, revoke] of Object.entries<(victim: Member, member: Member) => Promise<number>>({
  'a log-out': async (victim) => (await here.as(victim).post('/logout')).status,
  'a change of the password': async (_victim, member) => (await here.as(member).put('/profile/password', { json: { currentPassword: password, newPassword: 'another fine password' } })).status,
  'the end of one session by another': async (victim, member) => (await here.as(member).delete(`/sessions/${victim.sessionId}`)).status,
  'the end of the account': async (_victim, member) => (await here.as(member).delete('/profile', { json: { password } })).status
})) {
  t.test(`${title} counts at once here and within a second there`, async (t) => {
    const lag = await lagOf(revoke)
    t.comment(`${title}: ${Math.round(lag)} ms at most in ${rounds} rounds`)
    t.ok(lag <= 1000, `${Math.round(lag)} ms`)
  })
}

t.test('a token of one process is taken by the other, and of 50 refreshes in both all get one successor', async (t) => {
  const member = await here.register()
  t.ok(await isAlive(there, member))
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? here : there).post('/refresh', { json: { refreshToken: member.refreshToken } })))
  t.same([...new Set(answers.map(({ status }) => status))], [200])
  t.equal(new Set(answers.map(({ body }) => body.refreshToken)).size, 1)
})

t.test('of registrations of one e-mail in both at once, one makes the account', async (t) => {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? here : there).post('/register', { json: { email: 'both@example.com', password } })))
  t.same(answers.map(({ status }) => status).sort(), [201, ...Array.from({ length: 11 }, () => 409)])
})
