// gatehouse keys list and rotate.
import t from 'tap'
import { sampleKey } from '../stores/contract/samples.js'
import { createKeptCli, inStores } from './support.js'

const lines = (text: string): Array<Record<string, unknown>> => text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

t.test('before the first start there are no keys, and listing makes none', async t => {
  const cli = await createKeptCli(t.testdir({}))
  t.match(await cli.run(['keys', 'list']), { code: 0, out: /^There are no keys yet/ })
  t.same(await cli.run(['keys', 'list', '--json']), { code: 0, out: '', err: '' })
  t.same(await inStores(cli, async ({ signingKeys }) => await signingKeys.list()), [])
})

t.test('rotating publishes the next key, says when it signs and until when the old one counts', async t => {
  const cli = await createKeptCli(t.testdir({}))
  cli.now = new Date('2026-03-01T12:00:00Z')
  const rotated = await cli.run(['keys', 'rotate'])
  t.match(rotated, { code: 0, err: '', out: /^Published the EdDSA key \S{43}\. It signs from 2026-03-01T12:05:15\.000Z \(in 5 min 15 s\); what came before it counts until 2026-03-01T12:16:15\.000Z\.\n$/ })

  t.match(await inStores(cli, async ({ audit }) => await audit.page({ after: null, limit: 9 })), [{ event: 'sensitive_create', actorId: 'operator', detail: { signingKey: /^\S{43}$/, signsAtOnce: false } }])
  const listed = lines((await cli.run(['keys', 'list', '--json'])).out)
  t.match(listed, [{ state: 'signing', retiresAt: '2026-03-01T12:16:15.000Z' }, { state: 'next', signsFrom: '2026-03-01T12:05:15.000Z', retiresAt: null }])
  t.notMatch(JSON.stringify(listed), /sealed/)
  t.match((await cli.run(['keys', 'list'])).out, /^KID +ALGORITHM +STATE +SIGNS FROM +RETIRES AT\n\S{43}  EdDSA      signing  .*\n\S{43}  EdDSA      next +2026-03-01T12:05:15\.000Z  -\n$/)

  t.match(await cli.run(['keys', 'rotate']), { code: 1, out: '', err: /^error: The next signing key .* Wait until then, or rotate with --now\.\n$/ })
  cli.now = new Date('2026-03-01T12:10:00Z')
  t.match(lines((await cli.run(['keys', 'list', '--json'])).out), [{ state: 'verifying' }, { state: 'signing' }])
})

t.test('--now lets the new key sign at once; --json tells it with the end of the old ones', async t => {
  const cli = await createKeptCli(t.testdir({}))
  cli.now = new Date('2026-03-01T12:00:00Z')
  await cli.run(['keys', 'rotate'])
  cli.now = new Date('2026-03-01T12:00:01Z')
  t.match(await cli.run(['keys', 'rotate', '--now']), { code: 0, out: /It signs at once; what came before it counts until 2026-03-01T12:11:01\.000Z\./ })
  cli.now = new Date('2026-03-01T12:00:02Z')
  const [rotated] = lines((await cli.run(['keys', 'rotate', '--now', '--json'])).out)
  t.match(rotated, { state: 'signing', retiresAt: null, older: [{ kid: /./, retiresAt: /./ }, {}, {}] })
  t.equal(lines((await cli.run(['keys', 'list', '--json'])).out).filter(({ state }) => state === 'signing').length, 1)
})

t.test('another AUTH_SECRET than the keys were sealed with is told in words', async t => {
  const cli = await createKeptCli(t.testdir({}))
  await cli.run(['keys', 'rotate'])
  cli.environment['AUTH_SECRET'] = 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA='
  t.match(await cli.run(['keys', 'rotate']), { code: 1, err: /^error: AUTH_SECRET is not the one/ })
})

t.test('a new AUTH_SECRET ends the keys that it does not open, and the next start makes one', async t => {
  const cli = await createKeptCli(t.testdir({}))
  await cli.run(['keys', 'rotate'])
  const before = lines((await cli.run(['keys', 'list', '--json'])).out).map(({ kid }) => kid)
  t.match(await cli.run(['keys', 'retire', '--unopenable']), { code: 0, err: '', out: 'AUTH_SECRET opens every key that counts: nothing to retire.\n' })
  t.same(await cli.run(['keys', 'retire', '--unopenable', '--json']), { code: 0, err: '', out: '' })

  cli.environment['AUTH_SECRET'] = 'b0dVbnNJcjl5RG0wcTd2OFpKNWZSWmJxOGRIMm1YY1Q'
  t.match(await cli.run(['keys', 'rotate', '--now']), { code: 1, out: '', err: /is not the one .* To leave it behind: gatehouse keys retire --unopenable\./ })
  t.same(lines((await cli.run(['keys', 'retire', '--unopenable', '--json'])).out).map(({ kid }) => kid), before)
  t.match(await inStores(cli, async ({ audit }) => await audit.page({ after: null, limit: 2 })), before.map(() => ({ event: 'authn_token_revoked', actorId: 'operator' })))
  t.match(await cli.run(['keys', 'rotate', '--now']), { code: 0, err: '' })
  for (const wrong of [[], ['some-kid', '--unopenable']]) t.match(await cli.run(['keys', 'retire', ...wrong]), { code: 2, out: '', err: /Name a key, or give --unopenable/ })
})

t.test('a kid that begins with a hyphen is none of the options', async t => {
  const cli = await createKeptCli(t.testdir({}))
  await cli.run(['keys', 'rotate', '--now'])
  const [one, other] = ['-hIXzSsGC9XsNzbLsXh8uDCcd-6MNwXF4W_7noWXFZA', '--zSsGC9XsNzbLsXh8uDCcd-6MNwXF4W_7noWXFZAIX']
  await inStores(cli, async ({ signingKeys }) => { for (const kid of [one, other]) await signingKeys.insert(sampleKey({ kid })) })
  t.match(await cli.run(['keys', 'retire', one]), { code: 0, err: '', out: `Retired the key ${one}: no token it has signed counts any more.\n` })
  t.match(lines((await cli.run(['keys', 'retire', other, '--json'])).out), [{ kid: other }])
  t.match(await cli.run(['keys', 'retire', '--json', '--', other]), { code: 1, out: '', err: /retired already/ })
  t.match(await cli.run(['keys', 'retire', '--unopenabel']), { code: 2, err: /unknown option '--unopenabel'\n\(Did you mean --unopenable\?\)/ })
})
