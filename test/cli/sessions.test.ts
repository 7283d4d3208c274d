// gatehouse session list and end.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { later, newUser, sampleSession } from '../stores/contract/samples.js'
import { createKeptCli, inStores, linesOf } from './support.js'

const ada = newUser({ email: 'ada@example.com' })
const [phone, desk, over] = [sampleSession({ userId: ada.user.id, userAgent: 'phone\u0007', lastUsedAt: later(5) }), sampleSession({ userId: ada.user.id, ip: null, userAgent: null }), sampleSession({ userId: ada.user.id, expiresAt: later(1) })]

async function createCli (folder: string) {
  const cli = await createKeptCli(folder)
  cli.now = later(1000)
  await inStores(cli, async ({ users, sessions }) => {
    await users.insert(ada)
    for (const session of [phone, desk, over]) await sessions.insert(session)
  })
  return cli
}

t.test('list tells the live ones, last used first', async t => {
  const cli = await createCli(t.testdir({}))
  t.same(linesOf((await cli.run(['session', 'list', 'ada@example.com', '--json'])).out), [phone, desk].map(({ id, userId, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => JSON.parse(JSON.stringify({ id, userId, createdAt, lastUsedAt, expiresAt, ip, userAgent })) as object))
  const { code, out } = await cli.run(['session', 'list', ada.user.id])
  t.equal(code, 0)
  t.match(out.split('\n'), [/^ID {36}BEGUN/, new RegExp(`^${phone.id} .* 192\\.0\\.2\\.7 {8}phone\ufffd$`), new RegExp(`^${desk.id} .* - {16}-$`), ''])
})

t.test('one is ended by its id, once, and all by the account', async t => {
  const cli = await createCli(t.testdir({}))
  t.same(await cli.run(['session', 'end', phone.id]), { code: 0, err: '', out: `Ended the session ${phone.id} of the account ${ada.user.id}.\n` })
  for (const id of [phone.id, newId(), 'nonsense']) t.match(await cli.run(['session', 'end', id]), { code: 1, out: '', err: /^error: There is no such session, or it has ended\. See gatehouse session list\.\n$/ })
  t.same(JSON.parse((await cli.run(['session', 'end', desk.id, '--json'])).out), { userId: ada.user.id, sessionId: desk.id, ended: true })
  t.same(await cli.run(['session', 'list', 'ada@example.com']), { code: 0, err: '', out: 'It is logged in nowhere.\n' })

  await inStores(cli, async ({ sessions }) => { await sessions.insert(sampleSession({ userId: ada.user.id })) })
  t.same(await cli.run(['session', 'end', '--user', 'ada@example.com']), { code: 0, err: '', out: 'Ended all sessions of ada@example.com.\n' })
  t.same(JSON.parse((await cli.run(['session', 'end', '--user', 'ada@example.com', '--json'])).out), { userId: ada.user.id, sessionId: null, ended: true })
  t.same(linesOf((await cli.run(['session', 'list', ada.user.id, '--json'])).out), [])
  t.match(await inStores(cli, async ({ audit }) => (await audit.page({ after: null, limit: 9 })).reverse()), [
    { event: 'authn_token_revoked', userId: ada.user.id, actorId: 'operator', detail: { sessionId: phone.id } }, { detail: { sessionId: desk.id } }, { detail: { all: true } }, { detail: { all: true } }
  ])
})

t.test('neither, or both, is wrong usage', async t => {
  const cli = await createCli(t.testdir({}))
  for (const args of [[], [phone.id, '--user', 'ada@example.com']]) t.match(await cli.run(['session', 'end', ...args]), { code: 2, out: '', err: /Name one session, or with --user an account/ })
})

t.test('a store that fails is not told as a session that is not there', async t => {
  const cli = await createCli(t.testdir({}))
  await inStores(cli, async ({ sessions }) => {
    const { find } = sessions
    Reflect.set(sessions, 'find', async () => { throw new Error('disk full') })
    t.match(await cli.run(['session', 'end', phone.id]), { code: 1, err: 'error: disk full\n' })
    Reflect.set(sessions, 'find', find)
  })
})
