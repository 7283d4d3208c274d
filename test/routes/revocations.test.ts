// GET /revocations: who may read it, what it tells of every way in which a token dies, and that it can be followed.
import t from 'tap'
import { clockSkewSeconds } from '../../src/tokens/signing-keys.js'
import { createTestApp } from '../helpers/app.js'
import { type Body, type Client, type Member, password } from '../helpers/client.js'

const token = 'a-token-of-the-tests-of-32-bytes'
const { app, client, clock } = await createTestApp(t, { environment: { REVOCATIONS_TOKEN: token } })
const gateway = client.as({ accessToken: token })
const admin = await client.member('admin')

/** All pages after `since`. */
async function follow (since: string | null, limit = 100): Promise<{ items: Body[], cursor: string }> {
  const items: Body[] = []
  for (let from = since; ;) {
    const { body } = await gateway.get(`/revocations?limit=${limit}${from === null ? '' : `&since=${encodeURIComponent(from)}`}`)
    items.push(...body.items as Body[])
    from = String(body.cursor)
    if (body.more !== true) return { items, cursor: from }
  }
}

t.test('the token of the configuration and admins read it; nobody else does', async (t) => {
  const answer = await gateway.get('/revocations')
  t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' } })
  t.equal((await client.as(admin).get('/revocations')).status, 200)
  t.match(await client.get('/revocations'), { status: 401, code: 'unauthorized' })
  t.match(await client.get('/revocations', { token: `${token}x` }), { status: 401, code: 'invalid_token' })
  for (const role of ['client', 'manager'] as const) t.match(await client.as(await client.member(role)).get('/revocations'), { status: 403, code: 'forbidden' })
})

t.test('without REVOCATIONS_TOKEN only admins do', async (t) => {
  const { client } = await createTestApp(t)
  t.equal((await client.get('/revocations', { token })).status, 401)
  t.match(await client.as(await client.member('admin')).get('/revocations'), { status: 200, body: { items: [], more: false } })
})

const ways: Record<string, (member: Member, as: Client) => Promise<{ status: number }>> = {
  'a log-out': (_member, as) => as.post('/logout'),
  'a new password': async (member) => await client.as(await client.login(member)).put('/profile/password', { json: { currentPassword: password, newPassword: 'another fine password' } }),
  'the end of all sessions': (_member, as) => as.delete('/sessions'),
  'a disabled account': ({ id }) => client.as(admin).patch(`/users/${id}`, { json: { disabled: true } }),
  'the end of the account': (_member, as) => as.delete('/profile', { json: { password } })
}
for (const [title, revoke] of Object.entries(ways)) {
  t.test(`${title} is told by the session`, async (t) => {
    const { cursor } = await follow(null)
    const member = await client.register()
    const at = clock()
    t.ok((await revoke(member, client.as(member))).status < 300)
    const { items } = await follow(cursor)
    const [told] = items.filter(({ sid }) => sid === member.sessionId)
    t.match(told, { kind: 'session', at: at.toISOString() })
    t.equal(Date.parse(String(told?.forgetAt)) - at.getTime(), (app.longestTokenSeconds + clockSkewSeconds) * 1000, 'as long as a token lives, and the clocks may differ')
  })
}

t.test('a change of role is told by the account, with the role that counts', async (t) => {
  const { cursor } = await follow(null)
  const member = await client.register()
  await client.as(admin).patch(`/users/${member.id}`, { json: { role: 'manager' } })
  t.match((await follow(cursor)).items.filter(({ sub }) => sub === member.id), [{ kind: 'role', role: 'manager' }])
})

t.test('pages of any size tell the same; a time may stand for a cursor', async (t) => {
  clock.advance(1)
  const from = clock()
  const members = await Promise.all(Array.from({ length: 7 }, () => client.register()))
  for (const member of members) await client.as(member).post('/logout')
  const mine = new Set(members.map(({ sessionId }) => sessionId))
  const sids = ({ items }: { items: Body[] }): unknown[] => items.map(({ sid }) => sid).filter((sid) => mine.has(String(sid)))
  const expected = members.map(({ sessionId }) => sessionId)
  t.same([...new Set(sids(await follow(from.toISOString(), 2)))], expected)
  t.same(sids(await follow(null, 1000)), expected)
})

t.test('what is neither a cursor nor a time is refused', async (t) => {
  for (const since of ['nonsense', 'bm9uc2Vuc2U', '2026-13-41T00:00:00Z', '-']) {
    const answer = await gateway.get(`/revocations?since=${since}`)
    t.equal(answer.status, 400, since)
    t.ok(['invalid_cursor', 'validation_failed'].includes(String(answer.code)), String(answer.code))
  }
  t.match(await gateway.get('/revocations?since=2026-13-41T00:00:00Z'), { body: { errors: [{ path: '?since' }] } })
  t.equal((await gateway.get('/revocations?limit=1001')).status, 400)
})

t.test('when the last token has died nothing is told of it', async (t) => {
  clock.advance(app.longestTokenSeconds + clockSkewSeconds + 1)
  if (app.stores.engine === 'sqlite') t.same((await follow(null)).items, [])
})
