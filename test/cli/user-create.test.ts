// gatehouse user create.
import t from 'tap'
import { servicesOf } from '../../src/cli/services.js'
import { systemClock } from '../../src/clock.js'
import { createTerminalInput, createKeptCli, goodPassword, inStores } from './support.js'

const nowhere = { ip: null, userAgent: null }

t.test('the first admin is made with a password from standard input, and logs in', async t => {
  const cli = await createKeptCli(t.testdir({}))
  const made = await cli.run(['user', 'create', '--email', ' Ada@Example.com', '--role', 'admin', '--verified', '--first-name', 'Ada', '--password-stdin'], `${goodPassword}\r\nmore`)
  t.match(made, { code: 0, out: /^Made the account ada@example\.com \(admin, id [0-9a-f-]{36}\)\.\n$/, err: '' })
  await inStores(cli, async (stores, config) => {
    t.match(await stores.users.find({ email: 'ada@example.com' }), { role: 'admin', emailVerified: true, firstName: 'Ada', lastName: null, username: null })
    t.match(await servicesOf(config, stores, systemClock).accounts.logIn({ email: 'ada@example.com', password: goodPassword }, nowhere), { user: { role: 'admin' } })
  })
})

t.test('--json prints the account, without a hash; an account may have a username only', async t => {
  const cli = await createKeptCli(t.testdir({}))
  const { code, out } = await cli.run(['user', 'create', '--username', 'Kiosk-7', '--last-name', 'Hall', '--phone', '+44 20 7946 0000', '--json'], goodPassword)
  t.equal(code, 0)
  t.match(JSON.parse(out), { email: null, username: 'Kiosk-7', role: 'client', emailVerified: false, lastName: 'Hall' })
  t.notMatch(out, /argon2|password/i)
  t.match(await cli.run(['user', 'create', '--username', 'Kiosk-8'], goodPassword), { code: 0, out: /^Made the account Kiosk-8 \(client, id / })
})

t.test('refusals are told in words with exit code 1, and nothing is written', async t => {
  const cli = await createKeptCli(t.testdir({}))
  await cli.run(['user', 'create', '--email', 'ada@example.com', '--username', 'ada'], goodPassword)
  const refused = async (args: string[], stdin: string | Buffer, err: RegExp) => {
    t.match(await cli.run(['user', 'create', ...args], stdin.toString()), { code: 1, out: '', err })
  }
  await refused(['--email', 'ADA@example.com'], goodPassword, /^error: An account with this e-mail address exists\.\n$/)
  await refused(['--username', 'ADA'], goodPassword, /username exists/)
  await refused(['--email', 'eve@example.com'], 'password1', /most common/)
  await refused(['--email', 'eve@example.com'], 'x', /at least 8/)
  await refused(['--email', 'eve@example.com'], '', /No password came on standard input/)
  await refused(['--email', 'eve@example.com'], '\nsecond line', /No password came/)
  await refused(['--email', 'eve@example.com'], 'x'.repeat(5000), /too long/)
  t.equal(await inStores(cli, async ({ users }) => await users.count({})), 1)
})

t.test('where addresses must be verified, a taken one is refused all the same, and a new one is mailed', async t => {
  const cli = await createKeptCli(t.testdir({}))
  cli.environment['EMAIL_VERIFICATION'] = 'required'
  t.match(await cli.run(['user', 'create', '--email', 'ada@example.com'], goodPassword), { code: 0, out: /^Made the account ada/ })
  t.match(await cli.run(['user', 'create', '--email', 'ada@example.com'], goodPassword), { code: 1, err: /An account with this e-mail address exists/ })
  t.equal(await inStores(cli, async ({ mails }) => await mails.count()), 1)
  cli.environment['EMAIL_VERIFICATION'] = 'off'
  t.match(await cli.run(['user', 'create', '--email', 'eve@example.com'], goodPassword), { code: 0 })
  t.equal(await inStores(cli, async ({ mails }) => await mails.count()), 1)
})

t.test('bytes that are no UTF-8 are no password', async t => {
  const { Readable } = await import('node:stream')
  const cli = await createKeptCli(t.testdir({}))
  t.match(await cli.run(['user', 'create', '--email', 'eve@example.com'], Readable.from([Buffer.from([0xff, 0xfe, 0x0a])])), { code: 1, err: /not valid UTF-8/ })
})

t.test('wrong usage is exit code 2', async t => {
  const cli = await createKeptCli(t.testdir({}))
  const wrong = async (args: string[], err: RegExp) => { t.match(await cli.run(['user', 'create', ...args], goodPassword), { code: 2, out: '', err }) }
  await wrong([], /needs --email, --username or both/)
  await wrong(['--email', 'nowhere'], /not an e-mail address/)
  await wrong(['--username', 'x'], /3 to 64/)
  await wrong(['--username', 'ada', '--verified'], /--verified needs --email/)
  await wrong(['--username', 'ada', '--phone', 'x'], /digits/)
  await wrong(['--username', 'ada', '--first-name', ' '], /1 to 100/)
  await wrong(['--username', 'ada', '--role', 'god'], /Allowed choices are client, manager, admin/)
  await wrong(['--username', 'ada', '--nonsense'], /unknown option/)
})

t.test('a password as an argument is refused with the reason, and not said again', async t => {
  const cli = await createKeptCli(t.testdir({}))
  for (const given of [['--password', 'hunter2-hunter2'], ['--password=hunter2-hunter2'], ['--password']]) {
    const { code, err } = await cli.run(['user', 'create', '--email', 'ada@example.com', ...given])
    t.equal(code, 2)
    t.match(err, /never an argument.*--password-stdin/)
    t.notMatch(err, /hunter2/)
  }
})

t.test('on a terminal the password is asked for twice, without echo', async t => {
  const cli = await createKeptCli(t.testdir({}))
  const type = async (...lines: string[]) => {
    const terminal = createTerminalInput()
    const running = cli.run(['user', 'create', '--email', 'ada@example.com'], terminal)
    for (const line of lines) terminal.write(line)
    return await running
  }
  t.match(await type(`${goodPassword}\r`, 'something else\r'), { code: 1, err: /not the same/ })
  t.match(await type('half a pass\u0003'), { code: 1, err: /Stopped before there was a password/ })
  t.match(await type(`${goodPassword}\r`, '\u0004'), { code: 1, err: /Stopped before/ })
  const done = await type(`${goodPassword}\r`, `${goodPassword}\r`)
  t.match(done, { code: 0, out: /Made the account/, err: 'Password (not shown): \nThe same again: \n' })
  t.notMatch(done.out + done.err, goodPassword)
})

t.test('--password-stdin reads standard input though it is a terminal', async t => {
  const terminal = createTerminalInput()
  const running = (await createKeptCli(t.testdir({}))).run(['user', 'create', '--email', 'ada@example.com', '--password-stdin'], terminal)
  terminal.write(`${goodPassword}\n`)
  t.match(await running, { code: 0, err: '' })
})
