// The key ring as it is kept.
import { later, sampleKey, start } from './samples.js'
import { atOnce, type Contract } from './engine.js'

export const signingKeysContract: Contract = async (t, { stores: { signingKeys }, another }) => {
  const [middle, oldest, newest] = [
    sampleKey({ createdAt: later(2), retiresAt: later(9) }),
    sampleKey({ createdAt: later(1), algorithm: 'HS256', publicJwk: null }),
    sampleKey({ createdAt: later(3), algorithm: 'ES256' })
  ]

  await t.test('Keys come oldest first, as they were put in', async t => {
    t.same(await signingKeys.list(), [])
    for (const key of [middle, oldest, newest]) await signingKeys.insert(key)
    t.same(await signingKeys.list(), [oldest, middle, newest])
  })

  await t.test('A kid that is there already stays as it is', async t => {
    await signingKeys.insert({ ...oldest, sealedPrivateJwk: 'another secret', createdAt: start })
    t.same(await signingKeys.list(), [oldest, middle, newest])
    const elsewhere = await another()
    const raced = sampleKey({ createdAt: later(4) })
    await atOnce(20, index => (index % 2 === 0 ? signingKeys : elsewhere.signingKeys).insert(raced))
    t.same(await elsewhere.signingKeys.list(), [oldest, middle, newest, raced])
    t.equal(await signingKeys.remove(raced.kid), true)
  })

  await t.test('A key is retired, brought back and removed', async t => {
    t.equal(await signingKeys.setRetiresAt(newest.kid, later(50)), true)
    t.equal(await signingKeys.setRetiresAt(middle.kid, null), true)
    t.equal(await signingKeys.setRetiresAt('nothing', null), false)
    t.same(await signingKeys.list(), [oldest, { ...middle, retiresAt: null }, { ...newest, retiresAt: later(50) }])
    t.equal(await signingKeys.remove(newest.kid), true)
    t.equal(await signingKeys.remove(newest.kid), false)
    t.same((await signingKeys.list()).map(key => key.kid), [oldest.kid, middle.kid])
  })
}
