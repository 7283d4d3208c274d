// gatehouse audit tail: the last lines, the filters of the route, and what comes while it follows.
import t from 'tap'
import { newId } from '../../src/ids.js'
import type { AuditEntry } from '../../src/stores/stores.js'
import { until } from '../helpers/until.js'
import { later, newUser } from '../stores/contract/samples.js'
import { createKeptCli, inStores, linesOf, type TestCli } from './support.js'

const ada = newUser({ email: 'ada@example.com' })

async function append (cli: TestCli, otherwise: Partial<AuditEntry> = {}): Promise<string> {
  const id = newId()
  await inStores(cli, async ({ audit }) => { await audit.append({ id, at: cli.now, event: 'authn_login_fail', userId: null, actorId: null, ip: '192.0.2.7', userAgent: null, detail: {}, ...otherwise }) })
  return id
}

async function createCli (folder: string) {
  const cli = await createKeptCli(folder)
  cli.now = later(0)
  await inStores(cli, async ({ users }) => { await users.insert(ada) })
  return cli
}

const idsOf = (out: string) => linesOf(out).map(({ id }) => id)
const tail = async (cli: TestCli, ...args: string[]) => idsOf((await cli.run(['audit', 'tail', '--json', ...args])).out)

t.test('the last lines, oldest first, as many as are asked for', async t => {
  const cli = await createCli(t.testdir({}))
  const ids: string[] = []
  for (let index = 0; index < 230; index += 1) ids.push(await append(cli))
  t.same(await tail(cli), ids.slice(-20))
  t.same(await tail(cli, '-n', '3'), ids.slice(-3))
  t.same(await tail(cli, '--lines', '225'), ids.slice(-225))
  t.same(await tail(cli, '--since', '1h'), ids, 'all of them where a time is given')
})

t.test('since a time with more lines than can be held: the last ones, and that there were more is said', async t => {
  const cli = await createCli(t.testdir({}))
  const ids: string[] = []
  await inStores(cli, async ({ transfer }) => {
    for (let index = 0; index < 10_001; index += 1) ids.push(newId())
    await transfer.write('audit', ids.map((id) => ({ id, at: cli.now, event: 'authn_login_fail', userId: null, actorId: null, ip: null, userAgent: null, detail: {} })), null, null)
  })
  const { code, out, err } = await cli.run(['audit', 'tail', '--json', '--since', '1h'])
  t.same([code, err], [0, 'Only the last 10,000 lines: give a later --since.\n'])
  t.same(idsOf(out), ids.slice(1))
})

t.test('filters: account by name or id, event, time; together', async t => {
  const cli = await createCli(t.testdir({}))
  const old = await append(cli, { userId: ada.user.id })
  cli.now = later(3_600_000)
  const fresh = await append(cli, { userId: ada.user.id, event: 'authn_login_success' })
  const other = await append(cli, { userId: newId() })
  t.same(await tail(cli, '--user', 'ada@example.com'), [old, fresh])
  t.same(await tail(cli, '--user', ada.user.id, '--event', 'authn_login_fail'), [old])
  t.same(await tail(cli, '--user', newId()), [], 'an account that is gone has its id still')
  t.same(await tail(cli, '--since', '59m'), [fresh, other])
  t.same(await tail(cli, '--since', later(1).toISOString()), [fresh, other])
  t.same(await tail(cli, '--since', '2026-03-01'), [old, fresh, other])
  for (const wrong of [['--since', 'yesterday'], ['--since', '2026-13-01'], ['--event', 'Log in'], ['--lines', '0']]) t.match(await cli.run(['audit', 'tail', ...wrong]), { code: 2, out: '', err: /It must be/ }, wrong.join(' '))
})

t.test('for people: one line each, nothing that a terminal would obey', async t => {
  const cli = await createCli(t.testdir({}))
  await append(cli, { userId: 'u-1', actorId: 'operator', userAgent: 'curl\u001b]0;you\u0007 \u009b1m', detail: { from: 'client', to: 'a b', all: true, none: null } })
  await append(cli, { ip: null })
  const { out } = await cli.run(['audit', 'tail'])
  t.match(out.split('\n'), [
    `${cli.now.toISOString()}  authn_login_fail      user=u-1 actor=operator ip=192.0.2.7 program="curl\\u001b]0;you\\u0007 \ufffd1m" from=client to="a b" all=true`,
    `${cli.now.toISOString()}  authn_login_fail`, ''
  ])
})

t.test('--follow goes on with what comes, each line once, until it is stopped', async t => {
  const cli = await createCli(t.testdir({}))
  const before = [await append(cli), await append(cli)]
  const following = cli.run(['audit', 'tail', '--follow', '--json', '--lines', '1', '--event', 'authn_login_fail'])
  const printed = async (...ids: string[]): Promise<void> => { await until(async () => ids.every((id) => cli.printed().includes(id))) }
  await printed(...before.slice(1))
  const during = [await append(cli)]
  await append(cli, { event: 'authn_login_success' })
  cli.now = later(5000)
  // Of a process whose clock is behind.
  during.push(await append(cli, { at: later(-1000) }))
  await printed(...during)
  during.push(await append(cli))
  await printed(...during)
  cli.stop()
  const { code, out, err } = await following
  t.same([code, err], [0, ''])
  t.same(idsOf(out), [before[1], ...during])
})
