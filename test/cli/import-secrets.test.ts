// gatehouse user import: what must not be printed is printed nowhere, neither in the file of refused rows nor on the terminal.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createKeptCli, inStores, linesOf, tutorialHash } from './support.js'

t.test('of a refused row the values of known members are kept, and of all others the names', async t => {
  const rows = [
    { _id: { $oid: '5c0dc18d349bc9479600c171' }, email: 'nowhere', login: 'al ice', pw: 'hunter2', n: 1, profile: { pin: 'hunter2' }, password: 'hunter2' },
    { email: 'me@example.com', role: 'god', firstName: tutorialHash, username: '5f4dcc3b5aa765d61d8327deb882cf99', createdAt: '2018-12-10', phone: ['hunter2'], hash: 'hunter2' },
    { 'alice@example.com': 'hunter2', [tutorialHash]: 1, [`hunter2${'x'.repeat(100)}`]: 1, lastName: null }
  ]
  const dir = t.testdir({ 'users.ndjson': rows.map((row) => `${JSON.stringify(row)}\n`).join('') })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.ndjson')
  t.match(await cli.run(['user', 'import', path]), { code: 1, out: /3 refused/ })
  const told = readFileSync(`${path}.rejected.ndjson`, 'utf8')
  t.notMatch(told, /hunter2|\$2b\$10|5f4dcc/)
  t.same(linesOf(told).map(({ row, notShown }) => ({ row, notShown })), [
    { row: { _id: '5c0dc18d349bc9479600c171', email: 'nowhere' }, notShown: ['login', 'pw', 'n', 'profile', 'password'] },
    { row: { email: 'me@example.com', role: 'god', createdAt: '2018-12-10' }, notShown: ['firstName', 'username', 'phone', 'hash'] },
    { row: { lastName: null }, notShown: ['…', '…', '…'] }
  ])
})

t.test('a member that --map gives to a field is shown, one that it gives to the password is not', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  const rejects = join(dir, 'rejects')
  const rows = JSON.stringify({ login: 'nowhere', username: 'hunter2', name: 'Ada' })
  t.match(await cli.run(['user', 'import', '-', '--rejects', rejects, '--map', 'email=login,password=username,firstName=name'], rows), { code: 1 })
  t.match(linesOf(readFileSync(rejects, 'utf8')), [{ row: { login: 'nowhere', name: 'Ada' }, notShown: ['username'] }])
})

t.test('a CSV without a header line is refused at once, and nothing of it is printed', async t => {
  for (const [text, reason] of [
    ['alice@example.com,hunter2\nbob@example.com,hunter3\n', /^error: This file has no header line: .* an e-mail address or a hash in it/],
    ['alice@example.com|hunter2\n', /^error: This file has no header line/],
    [`alice;${tutorialHash}\nbob;${tutorialHash}\n`, /^error: This file has no header line/],
    ['hunter2,hunter2\nbob,hunter3\n', /^error: This file has no column that is known: its line 1 is taken as the names/]
  ] as const) {
    for (const command of ['user', 'persons']) for (const map of [[], ['--map', 'email=email']]) {
      const dir = t.testdir({ 'users.csv': text })
      const cli = await createKeptCli(join(dir, 'data'))
      const ran = await cli.run([command, 'import', join(dir, 'users.csv'), ...map])
      t.match(ran, { code: 1, out: '', err: reason })
      t.match(ran.err, /Nothing was written\.\n$/)
      t.notMatch(ran.err, /alice|hunter|\$2b\$/)
      t.notOk(existsSync(join(dir, 'users.csv.rejected.ndjson')))
    }
  }
})

t.test('a column may be called as an address is, where --map says so', async t => {
  const cli = await createKeptCli(t.testdir({}))
  t.match(await cli.run(['user', 'import', '-', '--map', 'email=mail@work.address'], `mail@work.address,password\na@example.com,${tutorialHash}\n`), { code: 0, out: /^Imported 1 user/ })
  t.equal(await inStores(cli, async ({ users }) => await users.count({})), 1)
})
