// /health: whether the process runs, and whether it can serve.
import { join } from 'node:path'
import t from 'tap'
import { Database } from '../../src/stores/sqlite/engine.js'
import { openSqliteStores } from '../../src/stores/sqlite/index.js'
import { createTestApp } from '../helpers/app.js'
import { temporaryFolder } from '../helpers/config.js'
import { until } from '../helpers/until.js'

t.test('live and ready answer 200 while all is well', async (t) => {
  const { client, app } = await createTestApp(t)
  const live = await client.get('/health/live')
  t.match(live, { status: 200, body: { status: 'live' }, headers: { 'cache-control': 'no-store' } })
  const ready = await client.get('/health/ready')
  t.match(ready, { status: 200, body: { status: 'ready', store: app.stores.engine }, headers: { 'cache-control': 'no-store' } })
})

t.test('while the store answers but revocations cannot be read nobody is let in, so it is not ready; then it is', async (t) => {
  const path = join(temporaryFolder(t), 'half.db')
  const stores = await openSqliteStores({ path })
  t.teardown(async () => { await stores.close() })
  const database = new Database(path)
  t.teardown(() => { database.close() })
  database.exec('ALTER TABLE revocations RENAME TO elsewhere')
  const { client } = await createTestApp(t, { overrides: { stores }, ready: false })
  t.match(await client.get('/health/ready'), { status: 503, code: 'store_unavailable', headers: { 'retry-after': '2' } })
  t.equal((await client.get('/health/live')).status, 200)
  database.exec('ALTER TABLE elsewhere RENAME TO revocations')
  await until(async () => (await client.get('/health/ready')).status === 200)
})
