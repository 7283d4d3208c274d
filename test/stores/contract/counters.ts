// Counters that live for a while: what limits tries.
import { later, start } from './samples.js'
import { atOnce, type Contract } from './engine.js'

export const countersContract: Contract = async (t, { stores: { counters }, another }) => {
  await t.test('A counter grows until its end and keeps the end of its first hit', async t => {
    t.equal(await counters.read('grows', start), null)
    t.same(await counters.hit('grows', start, later(100)), { value: 1, expiresAt: later(100) })
    t.same(await counters.hit('grows', later(50), later(999)), { value: 2, expiresAt: later(100) })
    t.same(await counters.hit('grows', later(99), later(999), 5), { value: 7, expiresAt: later(100) })
    t.same(await counters.read('grows', later(99)), { value: 7, expiresAt: later(100) })
    t.equal(await counters.read('grows', later(100)), null, 'at the very moment it expires, it has expired')
    t.same(await counters.hit('grows', later(100), later(200), 3), { value: 3, expiresAt: later(200) }, 'and begins anew')
  })

  await t.test('A cleared counter begins anew; clearing what is not there is no error', async t => {
    await counters.hit('cleared', start, later(100))
    await counters.clear('cleared')
    await counters.clear('cleared')
    t.equal(await counters.read('cleared', start), null)
    t.same(await counters.hit('cleared', start, later(300)), { value: 1, expiresAt: later(300) })
  })

  await t.test('50 hits at once, over two connections, answer 50 values', async t => {
    const elsewhere = await another()
    const values = await atOnce(50, async index => (await (index % 2 === 0 ? counters : elsewhere.counters).hit('raced', start, later(100))).value)
    t.same(values.sort((a, b) => a - b), Array.from({ length: 50 }, (_, index) => index + 1))
  })

  await t.test('50 hits at once of a counter that has expired begin it anew once', async t => {
    await counters.hit('anew', start, later(100), 9)
    const values = await atOnce(50, async () => (await counters.hit('anew', later(100), later(200))).value)
    t.same(values.sort((a, b) => a - b), Array.from({ length: 50 }, (_, index) => index + 1))
  })

  await t.test('Keys are any text', async t => {
    for (const key of ['login:a@b.example:2001:db8::/48', '$where', 'a.b', 'ß😀', '%']) t.equal((await counters.hit(key, start, later(9))).value, 1)
  })
}
