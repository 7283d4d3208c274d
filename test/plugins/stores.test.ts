// Which store is opened, who closes it, and what is said where it cannot be opened.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { openSqliteStores } from '../../src/stores/sqlite/index.js'
import { onMongo } from '../helpers/database.js'
import { temporaryFolder, testConfig, testEnvironment } from '../helpers/config.js'
import { until } from '../helpers/until.js'
import { refusalOf } from '../stores/contract/engine.js'

t.test('DATABASE_URL picks the engine, and what was opened is closed', async (t) => {
  const app = await buildApp(testConfig(testEnvironment(t)))
  await app.ready()
  t.equal(app.stores.engine, onMongo ? 'mongodb' : 'sqlite')
  // MongoDB connects in the background.
  await until(async () => await refusalOf(app.stores.ping()) === null)
  await app.close()
  t.equal(await refusalOf(app.stores.ping()), 'store_unavailable')
})

t.test('an open store that is given stays open', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openSqliteStores({ path: join(folder, 'given.db') })
  t.teardown(async () => { await stores.close() })
  const app = await buildApp(testConfig({ ...testEnvironment(t), DATABASE_URL: 'sqlite:/nonexistent/x.db' }), { stores })
  await app.ready()
  await app.close()
  await t.resolves(stores.ping())
})

t.test('a file that is no database stops the start, with its name', async (t) => {
  const file = join(temporaryFolder(t), 'not-a.db')
  writeFileSync(file, 'these are not the bytes of a database, and there are enough of them to tell')
  await t.rejects(buildApp(testConfig({ ...testEnvironment(t), DATABASE_URL: `sqlite:${file}` })).then(async (app) => { await app.ready() }), /not-a\.db/)
})

t.test('a start that fails later on closes what it opened', async (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'left.db')
  await t.rejects(buildApp(testConfig({ ...testEnvironment(t), DATABASE_URL: `sqlite:${file}`, DIALECTS: 'devdactic,slatepeak' })), /both answer POST/)
  t.ok(existsSync(file), 'it was opened')
  t.ok(!existsSync(`${file}-wal`) || statSync(`${file}-wal`).size === 0, 'what closes merges the log into the file')
})
