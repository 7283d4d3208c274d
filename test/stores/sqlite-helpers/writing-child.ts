// A process that writes as fast as it can and tells each id once it is acknowledged, until it is killed.
import { openSqliteStores } from '../../../src/stores/sqlite/index.js'
import { newUser } from '../contract/samples.js'
import { newId } from '../../../src/ids.js'

const stores = await openSqliteStores({ path: String(process.argv[2]) })
await Promise.all(Array.from({ length: 16 }, async () => {
  for (;;) {
    const id = newId()
    await stores.users.insert(newUser({ id, email: `${id}@example.org` }))
    process.stdout.write(`${id}\n`)
  }
}))
