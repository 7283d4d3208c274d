// gatehouse backup and keys retire.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Database } from '../../src/stores/sqlite/engine.js'
import { later, newUser, sampleKey, start } from '../stores/contract/samples.js'
import { createKeptCli, createTestCli, inStores } from './support.js'

t.test('a backup holds what the database held, for the owner only, and overwrites nothing', async t => {
  const folder = t.testdir({})
  const cli = createTestCli(folder)
  const file = join(folder, 'backup.db')
  const missing = await cli.run(['backup', file])
  t.match(missing, { code: 1, out: '', err: /^error: There is no database file/ })
  await inStores(cli, async ({ users }) => {
    await users.insert(newUser({ email: 'ada@example.com' }))
    t.match(await cli.run(['backup', file]), { code: 0, err: '', out: /^Copied the database to .*backup\.db \([\d,]+ bytes\)\.\n$/ })
  })
  t.equal(statSync(file).mode & 0o777, 0o600)
  const copy = new Database(file, { readOnly: true })
  t.match(copy.prepare('SELECT email FROM users').all(), [{ email: 'ada@example.com' }])
  copy.close()
  t.match(await cli.run(['backup', file]), { code: 1, out: '', err: /is there already\. Nothing was written/ })
  t.match(await cli.run(['backup', join(folder, 'nowhere', 'b.db')]), { code: 1, err: /cannot be written: ENOENT/ })
  for (const empty of ['', ' ']) t.match(await cli.run(['backup', empty]), { code: 2, out: '', err: /^error: The name of the file to make is empty/ })
  writeFileSync(`${file}.3.part`, 'half of a copy')
  t.match(await cli.run(['backup', `${file}.3`]), { code: 1, err: /backup\.db\.3\.part is there already, of a backup that runs or was interrupted/ })
  writeFileSync(`${file}.3.part-journal`, '')
  t.match(await cli.run(['backup', `${file}.3`]), { code: 1, err: /remove it and .*backup\.db\.3\.part-journal\. Nothing was written/ })
  writeFileSync(`${file}.part`, '')
  t.match(await cli.run(['backup', file]), { code: 1, err: /backup\.db\.part is there already/ }, 'the name is looked at by who has the part, and nobody else gives it then')
  t.same([existsSync(`${file}.3`), readFileSync(`${file}.3.part`, 'utf8')], [false, 'half of a copy'])
  const { out } = await cli.run(['backup', `${file}.2`, '--json'])
  t.match(JSON.parse(out), { file: `${file}.2`, bytes: Number })
})

t.test('where it fails, nothing is left', async t => {
  const folder = t.testdir({})
  writeFileSync(join(folder, 'broken.db'), 'x'.repeat(4096))
  const cli = createTestCli(folder, { DATABASE_URL: `sqlite:${join(folder, 'broken.db')}` })
  t.match(await cli.run(['backup', join(folder, 'b.db')]), { code: 1, err: /not a database/ })
  t.same(readdirSync(folder).filter((name) => name.startsWith('b.db')), [])
  cli.environment['DATABASE_URL'] = 'mongodb://127.0.0.1:1/gatehouse'
  t.match(await cli.run(['backup', join(folder, 'b.db')]), { code: 1, err: /use mongodump/ })
})

t.test('a key is retired at once, but never the only one that signs', async t => {
  const cli = await createKeptCli(t.testdir({}))
  cli.now = later(120_000)
  const [older, newer] = [sampleKey({ createdAt: start }), sampleKey({ createdAt: later(1) })]
  await inStores(cli, async ({ signingKeys }) => { for (const key of [older, newer]) await signingKeys.insert(key) })
  t.match(await cli.run(['keys', 'retire', 'nothing']), { code: 1, err: /There is no such key/ })
  t.match(await cli.run(['keys', 'retire', newer.kid]), { code: 0, err: '', out: `Retired the key ${newer.kid}: no token it has signed counts any more.\n` })
  t.match(await cli.run(['keys', 'retire', newer.kid]), { code: 1, err: /retired already/ })
  t.match(await cli.run(['keys', 'retire', older.kid]), { code: 1, err: /No other key could sign\. First make one: gatehouse keys rotate --now/ })
  await inStores(cli, async ({ signingKeys, audit }) => {
    t.match(await audit.page({ after: null, limit: 9 }), [{ event: 'authn_token_revoked', userId: null, actorId: 'operator', detail: { signingKey: newer.kid } }], 'refusals are none')
    await signingKeys.insert(sampleKey({ createdAt: later(2) }))
    t.match(await signingKeys.list(), [{ retiresAt: null }, { retiresAt: later(120_000) }, { retiresAt: null }])
  })
  t.match(JSON.parse((await cli.run(['keys', 'retire', older.kid, '--json'])).out), { kid: older.kid, retiresAt: later(120_000).toJSON() })
})
