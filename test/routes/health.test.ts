// /health: whether the process runs, and whether it can serve.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'

t.test('live and ready answer 200 while all is well', async (t) => {
  const { client, app } = await createTestApp(t)
  const live = await client.get('/health/live')
  t.match(live, { status: 200, body: { status: 'live' }, headers: { 'cache-control': 'no-store' } })
  const ready = await client.get('/health/ready')
  t.match(ready, { status: 200, body: { status: 'ready', store: app.stores.engine }, headers: { 'cache-control': 'no-store' } })
})
