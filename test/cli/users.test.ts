// gatehouse user list, show, disable, enable, role, delete and reset-link, over a real store.
import t from 'tap'
import { servicesOf } from '../../src/cli/services.js'
import type { NewUser, User } from '../../src/stores/stores.js'
import { later, newUser, sampleSession, start } from '../stores/contract/samples.js'
import { createKeptCli, createTerminalInput, goodPassword, inStores, linesOf, type TestCli } from './support.js'

async function createCli (folder: string, ...entries: NewUser[]): Promise<TestCli> {
  const cli = await createKeptCli(folder)
  cli.now = later(1000)
  await inStores(cli, async ({ users }) => { for (const entry of entries) await users.insert(entry) })
  return cli
}

const ada = newUser({ email: 'ada@example.com', username: 'ada', firstName: 'Ada\u001b[31m\u202e', role: 'admin' })
const eve = newUser({ email: 'eve@example.com' })
const kiosk = newUser({ email: null, username: 'kiosk-7', disabled: true })

const find = async (cli: TestCli, id: string) => await inStores(cli, async ({ users }) => await users.find({ id }))
/** What the audit log has of an account, oldest first. */
const eventsOf = async (cli: TestCli, { user }: { user: User }) => await inStores(cli, async ({ audit }) =>
  (await audit.page({ userId: user.id, after: null, limit: 50 })).reverse().map(({ event, actorId, detail }) => ({ event, actorId, detail })))

t.test('list prints a table, or NDJSON, filtered, and as many as are asked for', async t => {
  const cli = await createCli(t.testdir({}), ada, eve, kiosk)
  const table = await cli.run(['user', 'list'])
  t.match(table, { code: 0, err: '', out: new RegExp(`^ID {36}ROLE     STATE     MADE {22}LAST LOG-IN {15}NAME\n${ada.user.id}  admin    enabled   ${start.toISOString()}  - {25}ada@example.com\n[^]*kiosk-7\n$`) })
  await inStores(cli, async ({ users }) => { await users.noteLogin(eve.user.id, later(60)) })
  t.match(await cli.run(['user', 'list', '--q', 'eve']), { out: new RegExp(`  ${later(60).toISOString()}  eve@example\\.com\n$`) })
  const ids = async (...args: string[]) => linesOf((await cli.run(['user', 'list', '--json', ...args])).out).map(({ id }) => id)
  t.same(await ids(), [ada.user.id, eve.user.id, kiosk.user.id])
  t.same(await ids('--role', 'admin'), [ada.user.id])
  t.same(await ids('--disabled'), [kiosk.user.id])
  t.same(await ids('--enabled', '--limit', '1'), [ada.user.id])
  t.same(await ids('--q', 'EVE'), [eve.user.id])
  t.same(await cli.run(['user', 'list', '--q', 'nobody']), { code: 0, out: '', err: '' })
  for (const wrong of [['--role', 'king'], ['--limit', '0'], ['--limit', 'many'], ['--disabled', '--enabled'], ['--q', ''], ['--q', ' ']]) t.match(await cli.run(['user', 'list', ...wrong]), { code: 2, out: '', err: /^error: / }, wrong.join(' '))
})

t.test('list goes over all pages, each account once', async t => {
  const many = Array.from({ length: 450 }, () => newUser())
  const cli = await createCli(t.testdir({}))
  await inStores(cli, async ({ users }) => { await users.insertMany(many) })
  const told = linesOf((await cli.run(['user', 'list', '--json'])).out).map(({ id }) => id)
  t.same(told, many.map(({ user }) => user.id))
  t.equal(linesOf((await cli.run(['user', 'list', '--json', '--limit', '201'])).out).length, 201)
})

t.test('show finds by id, e-mail and username in any spelling, and shows no hash and nothing that a terminal would obey', async t => {
  const session = sampleSession({ userId: ada.user.id })
  const cli = await createCli(t.testdir({}), ada)
  await inStores(cli, async ({ sessions }) => { await sessions.insert(session) })
  for (const name of [ada.user.id, ' ADA@example.com', 'aDa']) {
    const { code, out } = await cli.run(['user', 'show', name, '--json'])
    t.equal(code, 0, name)
    t.match(JSON.parse(out), { id: ada.user.id, role: 'admin', disabled: false, liveSessions: 1, lastLoginAt: null })
    t.notMatch(out, /argon2|hash/i)
  }
  const { out } = await cli.run(['user', 'show', 'ada'])
  t.match(out, /^email: {9}ada@example\.com$/m)
  t.match(out, /^firstName: {5}Ada\ufffd\[31m\ufffd$/m)
  t.match(out, /^lastLoginAt: {3}-$/m)
  t.notMatch(out, /\u001b|argon2/)
})

t.test('an account that is not there is exit code 1, with what was asked for', async t => {
  const cli = await createCli(t.testdir({}))
  const commands = [['user', 'show', 'nobody'], ['user', 'disable', 'nobody@example.com'], ['user', 'enable', ada.user.id], ['user', 'role', 'x', 'admin'], ['user', 'delete', '  ', '--yes'], ['user', 'reset-link', 'nobody'], ['session', 'list', 'nobody'], ['session', 'end', '--user', 'nobody'], ['audit', 'tail', '--user', 'nobody']]
  for (const args of commands) t.match(await cli.run(args), { code: 1, out: '', err: /^error: There is no account ".*"\. See gatehouse user list\.\n$/ }, args.join(' '))
})

t.test('an account that goes while its link is asked for has none', async t => {
  const cli = await createCli(t.testdir({}), ada, eve)
  await inStores(cli, async (stores) => {
    const { find } = stores.users
    t.teardown(() => { Reflect.set(stores.users, 'find', find) })
    Reflect.set(stores.users, 'find', async (by: Parameters<typeof find>[0]) => {
      if ('id' in by) await stores.users.remove(eve.user.id)
      return await find.call(stores.users, by)
    })
  })
  t.match(await cli.run(['user', 'reset-link', 'eve@example.com']), { code: 1, out: '', err: /^error: There is nothing here/ })
})

t.test('disable ends the sessions, enable lets in again, role changes what it may; each with its line of the operator', async t => {
  const cli = await createCli(t.testdir({}), ada, eve)
  const session = sampleSession({ userId: eve.user.id })
  await inStores(cli, async ({ sessions }) => { await sessions.insert(session) })
  t.same(await cli.run(['user', 'disable', 'eve@example.com']), { code: 0, out: 'Disabled eve@example.com; its sessions have ended.\n', err: '' })
  t.match(await inStores(cli, async ({ sessions }) => await sessions.find(session.id)), { endReason: 'disabled' })
  t.match(await find(cli, eve.user.id), { disabled: true })
  t.same(await cli.run(['user', 'enable', eve.user.id]), { code: 0, out: 'Enabled eve@example.com.\n', err: '' })
  const role = await cli.run(['user', 'role', 'eve@example.com', 'manager', '--json'])
  t.match(JSON.parse(role.out), { id: eve.user.id, role: 'manager', disabled: false })
  t.match((await cli.run(['user', 'role', 'eve@example.com', 'client'])).out, 'eve@example.com is client now.\n')
  const by = { actorId: 'operator' }
  t.same(await eventsOf(cli, eve), [
    { event: 'user_updated', ...by, detail: { disabled: true } }, { event: 'user_updated', ...by, detail: { disabled: false } },
    { event: 'authz_change', ...by, detail: { from: 'client', to: 'manager' } }, { event: 'authz_change', ...by, detail: { from: 'manager', to: 'client' } }
  ])
  t.match(await cli.run(['user', 'role', 'eve@example.com', 'king']), { code: 2, err: /Allowed choices are client, manager, admin/ })
})

t.test('the last admin stays, whatever is asked', async t => {
  const cli = await createCli(t.testdir({}), ada)
  for (const args of [['disable', 'ada'], ['role', 'ada', 'client'], ['delete', 'ada', '--yes']]) {
    t.same(await cli.run(['user', ...args]), { code: 1, out: '', err: 'error: This is the last admin. Make another account an admin first.\n' })
  }
  t.match(await find(cli, ada.user.id), { role: 'admin', disabled: false })
})

t.test('delete asks on a terminal, and wants --yes elsewhere', async t => {
  const cli = await createCli(t.testdir({}), ada, eve)
  t.match(await cli.run(['user', 'delete', 'eve@example.com'], 'yes\n'), { code: 2, out: '', err: /^error: Without a terminal this needs --yes\. Nothing was written\.\n$/ })
  const answering = async (...answers: string[]) => {
    const terminal = createTerminalInput()
    terminal.end(answers.join('\n'))
    return await cli.run(['user', 'delete', 'eve@example.com'], terminal)
  }
  for (const no of ['no\n', '\n', '']) t.match(await answering(no), { code: 1, out: '', err: /^Delete eve@example\.com \(client, id .*\) for good\? Type yes: error: Not confirmed\. Nothing was written\.\n$/ })
  t.not(await find(cli, eve.user.id), null)
  t.match(await answering('YES\n'), { code: 0, out: `Deleted eve@example.com (id ${eve.user.id}); its sessions have ended.\n` })
  t.equal(await find(cli, eve.user.id), null)
  t.same(await eventsOf(cli, eve), [{ event: 'user_deleted', actorId: 'operator', detail: {} }])

  await inStores(cli, async ({ users }) => { await users.insert(kiosk) })
  t.same(JSON.parse((await cli.run(['user', 'delete', 'kiosk-7', '--yes', '--json'])).out), { id: kiosk.user.id, email: null, username: 'kiosk-7', deleted: true })
})

t.test('a printed reset link sets a new password once, proves no address, and is in the audit log', async t => {
  const nameless = newUser({ email: null, username: 'kiosk-8' })
  const cli = await createCli(t.testdir({}), ada, nameless)
  cli.environment['PUBLIC_URL'] = 'https://id.example.com'
  for (const { user } of [ada, nameless]) {
    const made = await cli.run(['user', 'reset-link', user.id])
    t.match(made, { code: 0, out: /^https:\/\/id\.example\.com\/reset#token=[\w-]{43}\n$/, err: `For ${String(user.email ?? user.username)}, once, until ${later(1000 + 1_800_000).toISOString()}:\n` })
    const token = made.out.trim().split('#token=')[1] ?? ''
    await inStores(cli, async (stores, config) => {
      const { recovery, accounts } = servicesOf(config, stores, () => cli.now)
      const device = { ip: '192.0.2.1', userAgent: null }
      await recovery.reset(token, goodPassword, device)
      await t.rejects(recovery.reset(token, goodPassword, device), { code: 'token_invalid' })
      t.match(await accounts.logIn({ username: String(user.username), password: goodPassword }, device), { user: { id: user.id, emailVerified: false } })
    })
  }
  t.match(await eventsOf(cli, ada), [{ event: 'user_updated', actorId: 'operator', detail: { passwordReset: 'link_issued' } }, { event: 'authn_password_change', actorId: null }])
})

t.test('--json prints the link alone; --mail queues it and prints none; a disabled account gets none', async t => {
  const cli = await createCli(t.testdir({}), ada, eve, kiosk)
  t.match(JSON.parse((await cli.run(['user', 'reset-link', 'ada', '--json'])).out), { id: ada.user.id, url: /#token=/, expiresAt: later(1000 + 1_800_000).toISOString() })
  t.match(await cli.run(['user', 'reset-link', 'ada', '--mail']), { code: 0, err: '', out: 'The link goes to ada@example.com by mail as soon as the service runs.\n' })
  t.same(JSON.parse((await cli.run(['user', 'reset-link', 'eve@example.com', '--mail', '--json'])).out), { id: eve.user.id, mailed: true })
  t.equal(await inStores(cli, async ({ mails }) => await mails.count()), 2)
  t.match(await eventsOf(cli, eve), [{ event: 'user_updated', actorId: 'operator', detail: { passwordReset: 'requested' } }])
  t.match(await cli.run(['user', 'reset-link', 'kiosk-7']), { code: 1, out: '', err: 'error: This account is disabled.\n' })
  t.match(await cli.run(['user', 'reset-link', 'kiosk-7', '--mail']), { code: 1, out: '', err: /is disabled\. First: gatehouse user enable/ })
  await cli.run(['user', 'enable', 'kiosk-7'])
  t.match(await cli.run(['user', 'reset-link', 'kiosk-7', '--mail']), { code: 1, out: '', err: /has no e-mail address/ })
})

t.test('with another AUTH_SECRET than the service\'s no mail is queued, which it could not open', async t => {
  const cli = await createCli(t.testdir({}), ada)
  await cli.run(['keys', 'rotate', '--now'])
  cli.environment['AUTH_SECRET'] = 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA='
  const refusal = { code: 1, out: '', err: /^error: AUTH_SECRET is not the one the signing keys in this database were sealed with/ }
  t.match(await cli.run(['user', 'reset-link', 'ada', '--mail']), refusal)
  t.match(await cli.run(['user', 'create', '--email', 'new@example.com'], goodPassword), refusal)
  await inStores(cli, async ({ mails, users }) => { t.same([await mails.count(), await users.count({})], [0, 1]) })
  t.match(await cli.run(['user', 'create', '--username', 'kiosk-9'], goodPassword), { code: 0, err: '' })
  await cli.run(['keys', 'retire', '--unopenable'])
  t.match(await cli.run(['user', 'reset-link', 'ada', '--mail']), { code: 0, err: '' })
})

t.test('making an account names the operator too', async t => {
  const cli = await createCli(t.testdir({}))
  const { out } = await cli.run(['user', 'create', '--email', 'new@example.com', '--verified', '--json'], goodPassword)
  const made = JSON.parse(out) as User
  t.same(await eventsOf(cli, { user: made }), [{ event: 'user_created', actorId: 'operator', detail: {} }, { event: 'user_updated', actorId: 'operator', detail: { emailVerified: true } }])
})
