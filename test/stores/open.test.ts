// Stores opened by a URL.
import { join } from 'node:path'
import t from 'tap'
import { openStores, sqlitePath } from '../../src/stores/open.js'

const quiet = { info () {}, warn () {}, error () {} }

t.test('sqlite: opens the file', async t => {
  for (const logger of [undefined, quiet]) {
    const { stores, close } = await openStores({ databaseUrl: `sqlite:${join(t.testdir({}), 'a.db')}` }, logger)
    t.equal(stores.engine, 'sqlite')
    await stores.ping()
    await close()
  }
})

t.test('mongodb: opens while the server is down, and says so at the first verb', async t => {
  for (const logger of [undefined, quiet]) {
    const { stores, close } = await openStores({ databaseUrl: 'mongodb://127.0.0.1:1/gatehouse' }, logger)
    t.equal(stores.engine, 'mongodb')
    t.match(await stores.ping().catch((error: unknown) => error), { kind: 'store_unavailable' })
    await close()
  }
})

t.test('the path in a URL', async t => {
  t.equal(sqlitePath('sqlite:./data/a.db'), './data/a.db')
  t.equal(sqlitePath('mongodb://a/b'), null)
})
