// gatehouse user import: what becomes of each row, whatever the file is written in.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { servicesOf } from '../../src/cli/services.js'
import { systemClock } from '../../src/clock.js'
import { dropDatabase, testDatabaseUrl } from '../helpers/database.js'
import { createKeptCli, createTestCli, goodPassword, inStores, tutorialHash } from './support.js'

const tutorialUser = { _id: { $oid: '5c0dc18d349bc9479600c171' }, email: 'someone@example.com', password: tutorialHash, __v: 0 }
const nowhere = { ip: null, userAgent: null }

/** Rows that say nothing of a password have the tutorial's. */
function ndjson (...rows: object[]): string {
  return rows.map((row) => `${JSON.stringify('Password' in row ? row : { password: tutorialHash, ...row })}\n`).join('')
}

function rejected (file: string): unknown[] {
  return readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown)
}

t.test('the first tutorial\'s user, as mongoexport writes it, logs in and has an argon2id hash afterwards', async t => {
  const dir = t.testdir({ 'users.json': ndjson(tutorialUser) })
  const cli = await createKeptCli(join(dir, 'data'))
  t.same(await cli.run(['user', 'import', join(dir, 'users.json')]), { code: 0, out: 'Imported 1 user: 1 row read, 0 already there, 0 refused.\n', err: '' })
  await inStores(cli, async (stores, config) => {
    const name = { email: 'someone@example.com' }
    t.match(await stores.users.findCredentials(name), { passwordHash: tutorialHash, user: { createdAt: new Date('2018-12-10T01:29:49Z') } })
    t.match(await servicesOf(config, stores, systemClock).accounts.logIn({ ...name, password: 'password' }, nowhere), { user: name })
    t.match((await stores.users.findCredentials(name))?.passwordHash, /^\$argon2id\$/)
    t.match(await servicesOf(config, stores, systemClock).accounts.logIn({ ...name, password: 'password' }, nowhere), { user: name })
  })
})

t.test('DATABASE_URL says where to, and each command leaves the store closed behind it', async t => {
  const dir = t.testdir({})
  const databaseUrl = testDatabaseUrl(dir)
  t.teardown(async () => { await dropDatabase(databaseUrl) })
  const cli = createTestCli(dir, { DATABASE_URL: databaseUrl })
  const rows = ndjson(tutorialUser, { username: 'ncuser', email: 'nc@example.com' })
  t.match(await cli.run(['user', 'import', '-'], rows), { code: 0, out: /^Imported 2 users/, err: '' })
  t.match(await cli.run(['user', 'import', '-'], rows), { code: 0, out: /2 already there/, err: '' })
  t.equal(await inStores(cli, async ({ users }) => await users.count({})), 2)
})

t.test('a second run of the same file does no harm and exits 0', async t => {
  const dir = t.testdir({ 'users.ndjson': ndjson(tutorialUser, { username: 'ncuser', email: 'nc@example.com', password: tutorialHash, role: 'Manager' }, { UserName: 'only-a-name' }) })
  const cli = await createKeptCli(join(dir, 'data'))
  t.match(await cli.run(['user', 'import', join(dir, 'users.ndjson')]), { code: 0, out: /^Imported 3 users/ })
  const before = await inStores(cli, async ({ users }) => await users.page({ after: null, limit: 10 }))
  t.same(await cli.run(['user', 'import', join(dir, 'users.ndjson')]), { code: 0, out: 'Imported 0 users: 3 rows read, 3 already there, 0 refused.\n', err: '' })
  t.same(await inStores(cli, async ({ users }) => await users.page({ after: null, limit: 10 })), before)
  t.notOk(existsSync(join(dir, 'users.ndjson.rejected.ndjson')))
})

t.test('every refused row goes to a file, with line and reasons and without secrets; the others are imported', async t => {
  const file = [
    ndjson(tutorialUser),
    '{ "email": "cut@example.com", "password": "$2b$10$2WLRR\n',
    ndjson(
      { email: 'nowhere', role: 'god', profile: { apiToken: 'geheim', colours: ['red', { salt: 'geheim' }] } },
      { email: 'plain@example.com', Kennwort: 'geheim', password: 'geheim' },
      { email: 'SomeOne@example.com', name: 'a second one' },
      { email: 'third@example.com', username: 'third' },
      { email: 'fourth@example.com', username: 'THIRD' },
      { email: 'fifth@example.com', password: tutorialHash })
  ].join('')
  const dir = t.testdir({ 'users.ndjson': file })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.ndjson')
  const ran = await cli.run(['user', 'import', path])
  t.same(ran, { code: 1, out: `Imported 3 users: 8 rows read, 0 already there, 5 refused (see ${path}.rejected.ndjson).\n`, err: '' })
  t.match(rejected(`${path}.rejected.ndjson`), [
    { line: 2, reasons: ['This is not valid JSON.'], row: undefined },
    { line: 3, reasons: [/^email: /, /^role: /], row: { email: 'nowhere', role: 'god' }, notShown: ['password', 'profile'] },
    { line: 4, reasons: [/--plain-passwords/] },
    { line: 5, reasons: ['email: the row of line 1 has the same one, and the first counts.'], row: { email: 'SomeOne@example.com' }, notShown: ['password', 'name'] },
    { line: 7, reasons: ['username: the row of line 6 has the same one, and the first counts.'] }
  ])
  t.equal(statSync(`${path}.rejected.ndjson`).mode & 0o777, 0o600)
  t.notMatch(readFileSync(`${path}.rejected.ndjson`, 'utf8'), /geheim|\$2b\$/)

  const again = await cli.run(['user', 'import', path, '--json', '--rejects', join(dir, 'again.ndjson')])
  t.match({ ...again, out: JSON.parse(again.out) }, { code: 1, out: { read: 8, inserted: 0, alreadyThere: 3, refused: 5, dryRun: false, rejects: join(dir, 'again.ndjson'), stopped: false } })
  t.same(rejected(join(dir, 'again.ndjson')), rejected(`${path}.rejected.ndjson`), 'the verdict on a row is the same in every run')
})

t.test('members that --map names as secrets are not in the file of refused rows, whatever they are called', async t => {
  const dir = t.testdir({ 'users.csv': `login;Kennwort;born\nnowhere;${tutorialHash};1990\nme@example.com;${tutorialHash};1991\n` })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.csv')
  t.match(await cli.run(['user', 'import', path, '--map', 'email=login,passwordHash=Kennwort']), { code: 1, out: /^Imported 1 user: 2 rows/ })
  t.same(rejected(`${path}.rejected.ndjson`), [{ line: 2, reasons: ['email: this is no e-mail address.'], row: { login: 'nowhere' }, notShown: ['Kennwort', 'born'] }])
})

t.test('a username alone says who it is; with another e-mail address it is somebody else\'s', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  await cli.run(['user', 'create', '--email', 'ada@example.com', '--username', 'ada'], goodPassword)
  const rejects = join(dir, 'rejects')
  for (const extra of [[], ['--dry-run']]) {
    const ran = await cli.run(['user', 'import', '-', '--json', '--rejects', rejects, ...extra],
      ndjson({ username: 'ADA' }, { email: 'ada.l@example.com', username: 'ada.l' }, { email: 'other@example.com', username: 'Ada' }).split('\n').slice(1).join('\n'))
    t.match({ ...ran, out: JSON.parse(ran.out) }, { code: 1, out: { inserted: 1, alreadyThere: 0, refused: 1 } })
    t.match(rejected(rejects), [{ line: 2, reasons: ['username: an account with another e-mail address has it.'] }])
    t.match(await cli.run(['user', 'import', '-', ...extra], ndjson({ username: 'ADA' })), { code: 0, out: /1 already there/ })
    t.match(await cli.run(['user', 'import', '-', ...extra], ndjson({ username: 'ada', email: 'Ada@example.com' })), { code: 0, out: /1 already there/ })
    await inStores(cli, async ({ users }) => { await users.remove((await users.find({ email: 'ada.l@example.com' }))?.id ?? '') })
  }
})

t.test('ids that rows bring are kept, and the same id twice is refused', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'
  const rows = ndjson({ id, email: 'a@example.com' }, { id, email: 'b@example.com' })
  const rejects = join(dir, 'rejects')
  t.match(await cli.run(['user', 'import', '-', '--rejects', rejects, '--dry-run'], rows), { code: 1, out: /^Would import 1 user \(nothing was written\): 2 rows read/ })
  t.match(await cli.run(['user', 'import', '-', '--rejects', rejects], rows), { code: 1, out: /^Imported 1 user/ })
  t.match(rejected(rejects), [{ line: 2, reasons: [/^id: the row of line 1/] }])
  t.match(await cli.run(['user', 'import', '-'], ndjson({ id, email: 'c@example.com' })), { code: 0, out: /1 already there/ })
  t.match(await cli.run(['user', 'import', '-', '--dry-run'], ndjson({ id, email: 'c@example.com' })), { code: 0, out: /1 already there/ })
})

t.test('a trial run says what a real one would, and writes nothing', async t => {
  const dir = t.testdir({ 'users.json': JSON.stringify([tutorialUser, { email: 'x' }, { email: 'someone@example.com' }, { email: 'new@example.com' }].map((row) => ({ password: tutorialHash, ...row }))) })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.json')
  t.match(await cli.run(['user', 'import', path, '--dry-run', '--batch', '1']), { code: 1, out: /^Would import 2 users \(nothing was written\): 4 rows read, 0 already there, 2 refused/ })
  t.equal(await inStores(cli, async ({ users }) => await users.count({})), 0)
  await cli.run(['user', 'import', path])
  t.match(await cli.run(['user', 'import', path, '--dry-run']), { code: 1, out: /^Would import 0 users .* 2 already there, 2 refused/ })
})

t.test('passwords in plain text are hashed when that is said outright, once', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  const rows = ndjson({ UserName: 'ncuser', Password: 'geheimes wort' }, { email: 'h@example.com', password: tutorialHash }, { email: 'n@example.com', password: null })
  t.match(await cli.run(['user', 'import', '-', '--plain-passwords', '--without-passwords'], rows), { code: 0, out: /^Imported 3 users, 1 without a password: 3 rows/ })
  const credentials = async () => await inStores(cli, async ({ users }) => await users.findCredentials({ username: 'ncuser' }))
  const before = await credentials()
  t.match(before?.passwordHash, /^\$argon2id\$/)
  t.match(await cli.run(['user', 'import', '-', '--plain-passwords', '--without-passwords'], rows), { code: 0, out: /^Imported 0 users: 3 rows read, 3 already there/ })
  t.same(await credentials(), before)
  await inStores(cli, async (stores, config) => {
    t.match(await servicesOf(config, stores, systemClock).accounts.logIn({ username: 'ncuser', password: 'geheimes wort' }, nowhere), { user: { username: 'ncuser' } })
    t.equal((await stores.users.findCredentials({ email: 'n@example.com' }))?.passwordHash, null)
  })
})

t.test('a file without passwords is not imported, unless that is said outright; the summary counts them', async t => {
  const dir = t.testdir({ 'users.csv': 'email,pwd_hash\na@example.com,x\nb@example.com,y\n' })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.csv')
  t.match(await cli.run(['user', 'import', path]), { code: 1, out: /^Imported 0 users: 2 rows read, 0 already there, 2 refused/ })
  t.match(rejected(`${path}.rejected.ndjson`), [{ line: 2, reasons: [/taken only with --without-passwords/] }, { line: 3 }])
  t.match(await cli.run(['user', 'import', path, '--dry-run', '--without-passwords']), { code: 0, out: /^Would import 2 users, 2 without a password \(nothing was written\): 2 rows read/ })
  const ran = await cli.run(['user', 'import', path, '--json', '--without-passwords'])
  t.match({ ...ran, out: JSON.parse(ran.out) }, { code: 0, out: { inserted: 2, withoutPassword: 2, membersNotFound: [] } })
})

t.test('a column that --map names and a CSV does not have is told before anything is written', async t => {
  const dir = t.testdir({ 'users.csv': `email,mail,pwd_hash,\na@example.com,a@example.com,${tutorialHash},\n` })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.csv')
  for (const more of [[], ['--without-passwords']]) {
    t.same(await cli.run(['user', 'import', path, '--map', 'email=mail,passwordHash=pwd_hsh,firstName=first', ...more]), {
      code: 1, out: '', err: 'error: The file has no column "pwd_hsh", which --map gives to passwordHash, and none "first", which --map gives to firstName. Its columns are email, mail, pwd_hash. Nothing was written.\n'
    })
  }
  t.equal(await inStores(cli, async ({ users }) => await users.count({})), 0)
  t.match(await cli.run(['user', 'import', path, '--map', 'email=mail,passwordHash=pwd_hash']), { code: 0, out: /^Imported 1 user: / })
})

t.test('a member that --map names and no row had is told at the end, and the exit code is 1', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  const rejects = join(dir, 'rejects')
  const rows = ndjson({ mail: 'a@example.com', pwd: tutorialHash }, { mail: 'b@example.com', pwd: tutorialHash, first: 'B' })
  t.match(await cli.run(['user', 'import', '-', '--rejects', rejects, '--without-passwords', '--map', 'email=mail,passwordHash=pwd_hash'], rows),
    { code: 1, out: /^Imported 0 users: 2 rows read, 0 already there, 2 refused/, err: 'No row has a member "pwd_hash", which --map gives to passwordHash.\n' })
  t.match(await cli.run(['user', 'import', '-', '--rejects', rejects, '--map', 'email=mail,passwordHash=pwd,firstName=first'], rows), { code: 0, err: `${rejects} was there before: this run has refused no row.\n` })
  const again = await cli.run(['user', 'import', '-', '--json', '--map', 'email=mail,passwordHash=pwd,lastName=last'], rows)
  t.match({ ...again, out: JSON.parse(again.out) }, { code: 1, err: /"last", which --map gives to lastName/, out: { alreadyThere: 2, refused: 0, membersNotFound: ['last'] } })
  t.match(await cli.run(['user', 'import', '-', '--map', 'lastName=last'], ''), { code: 0, err: '' }, 'of no rows nothing can be said')
  t.match(await cli.run(['persons', 'import', '-', '--map', 'name=Nmae,email=E'], '{"name":"Ada"}'), { code: 1, err: /"Nmae"[^]*"E"/ })
})

t.test('where a file cannot be read to its end, the summary says from where on', async t => {
  const dir = t.testdir({ 'users.json': `[${JSON.stringify(tutorialUser)},{"email":"x@example.com"],{"email":"y@example.com"}]`, 'users.csv': `email,password\na@example.com,${tutorialHash}\n"b@example.com,\nc,d\n` })
  const cli = await createKeptCli(join(dir, 'data'))
  for (const [file, line] of [['users.json', 2], ['users.csv', 3]] as const) {
    const path = join(dir, file)
    t.match(await cli.run(['user', 'import', path]), { code: 1, out: new RegExp(`^Imported 1 user: 2 rows read, 0 already there, 1 refused.*\\nNothing could be read from line ${line} on: whatever stands behind it was neither imported nor counted\\.\\n$`) })
    t.match(rejected(`${path}.rejected.ndjson`), [{ line, reasons: [/cannot be read from here on/] }])
    const again = await cli.run(['user', 'import', path, '--json'])
    t.match(JSON.parse(again.out), { read: 2, alreadyThere: 1, refused: 1, unreadFrom: line })
  }
})

t.test('wrong usage is exit code 2, a file that cannot be read 1', async t => {
  const dir = t.testdir({ 'users.ndjson': ndjson(tutorialUser) })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'users.ndjson')
  t.match(await cli.run(['user', 'import']), { code: 2, err: /missing required argument 'file'/ })
  t.match(await cli.run(['user', 'import', path, '--format', 'xml']), { code: 2, err: /Allowed choices/ })
  t.match(await cli.run(['user', 'import', path, '--map', 'mail=x']), { code: 2, err: /There is no field "mail"/ })
  for (const batch of ['0', 'x', '10001', '1.5']) t.match(await cli.run(['user', 'import', path, '--batch', batch]), { code: 2, err: /from 1 to 10000/ })
  t.match(await cli.run(['user', 'import', path, '--rejects', join(dir, '.', 'users.ndjson')]), { code: 2, err: /must not name the file/ })
  for (const empty of ['', ' ']) t.match(await cli.run(['user', 'import', path, '--rejects', empty]), { code: 2, out: '', err: /It must name a file/ })
  t.match(await cli.run(['user', 'import', join(dir, 'none')]), { code: 1, err: /^error: .*none cannot be read: ENOENT/ })
  t.match(await cli.run(['user', 'import', dir]), { code: 1, err: `error: ${dir} cannot be read: it is a folder\n` })
  writeFileSync(path, ndjson({ email: 'x' }))
  t.match(await cli.run(['user', 'import', path, '--rejects', join(dir, 'no', 'such')]), { code: 1, err: /^error: A row was refused, and the file for those \(--rejects\), \S+such, cannot be written: ENOENT/ })
})
