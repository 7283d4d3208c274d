// The key ring at the start: a store that takes its time does not hold it up, and what is wrong then can be set right.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { until } from '../helpers/until.js'

t.test('keys that do not open, and come late, are read again until they do', async (t) => {
  const { app: { stores } } = await createTestApp(t)
  const { list } = stores.signingKeys
  const sealed = await list()
  let isMended = false
  stores.signingKeys.list = async () => {
    if (isMended) return await list()
    await sleep(1700)
    return sealed.map((key) => ({ ...key, sealedPrivateJwk: 'damaged' }))
  }
  const { app, log } = await createTestApp(t, { overrides: { stores }, ready: false })
  await until(async () => log.lines('the signing keys cannot be used').length === 1)
  t.notOk(app.keyRing.loaded)
  isMended = true
  await until(async () => app.keyRing.loaded)
  t.equal((await app.inject('/.well-known/jwks.json')).statusCode, 200)
})
