// Who asks for what their role does not allow is written down; where that cannot be, the refusal stands.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'

t.test('a refusal is a line of the audit log, and stands also while the store takes none', async (t) => {
  const { app, client, log } = await createTestApp(t)
  const member = await client.register()
  t.match(await client.as(member).get('/users'), { status: 403, code: 'forbidden' })
  t.match(await app.stores.audit.page({ event: 'authz_fail', after: null, limit: 5 }), [{ userId: member.id, detail: { method: 'GET', route: '/users', role: 'client' } }])
  await app.stores.close()
  t.match(await client.as(member).get('/users'), { status: 403, code: 'forbidden' })
  t.match(log.lines('could not write a refusal to the audit log'), [{ level: 50, err: { type: 'ServiceError' } }])
})
