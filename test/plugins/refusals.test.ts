// Who asks for what their role does not allow is written down; where that cannot be, the refusal stands.
import t from 'tap'
import { createDevice } from '../../src/audit.js'
import { createTestApp } from '../helpers/app.js'

t.test('a refusal is a line of the audit log, and stands also while the store takes none', async (t) => {
  const { app, client, log } = await createTestApp(t)
  const member = await client.register()
  t.match(await client.as(member).get('/users'), { status: 403, code: 'forbidden' })
  t.match(await app.stores.audit.page({ event: 'authz_fail', after: null, limit: 5 }), [{ userId: member.id, detail: { method: 'GET', route: '/users', role: 'client' } }])
  await app.stores.close()
  t.match(await client.as(member).get(`/users/${member.id}`), { status: 403, code: 'forbidden' })
  t.match(log.lines('could not write a refusal to the audit log'), [{ level: 50, err: { type: 'ServiceError' } }])
})

t.test('whoever goes on asking does not fill the log: one line a quarter of an hour, of bounded length', async (t) => {
  const { app, client, clock } = await createTestApp(t)
  const member = await client.register()
  const ask = async () => await client.as(member).get('/users', { headers: { 'user-agent': 'x'.repeat(14_000) } })
  for (let round = 0; round < 20; round += 1) t.equal((await ask()).status, 403)
  const lines = await app.stores.audit.page({ event: 'authz_fail', after: null, limit: 50 })
  t.equal(lines.length, 1)
  t.equal(lines[0]?.userAgent?.length, 256)
  clock.advance(15 * 60)
  const later = await client.login(member)
  t.equal((await client.as(later).get('/users')).status, 403)
  t.equal((await app.stores.audit.page({ event: 'authz_fail', after: null, limit: 50 })).length, 2)
})

t.test('who has gone already has no address, and what was asked for is done all the same', (t) => {
  t.same(createDevice(undefined, undefined), { ip: null, userAgent: null })
  t.same(createDevice('x'.repeat(100), 'y'.repeat(300)), { ip: 'x'.repeat(64), userAgent: 'y'.repeat(256) })
  t.end()
})
