// Tokens that were mailed: used once, for their purpose, in their time.
import { later, sampleToken, start } from './samples.js'
import { atOnce, type Contract } from './engine.js'

export const oneTimeTokensContract: Contract = async (t, { stores: { oneTimeTokens }, another }) => {
  await t.test('A token is found, as it was put in, while it can be used', async t => {
    const token = sampleToken({ expiresAt: later(1_000) })
    const bare = sampleToken({ email: null, purpose: 'email_verification' })
    await oneTimeTokens.insert(token)
    await oneTimeTokens.insert(bare)
    t.same(await oneTimeTokens.find(token.hash, 'password_reset', later(999)), token)
    t.same(await oneTimeTokens.find(token.hash, 'password_reset', later(999)), token, 'finding consumes nothing')
    t.same(await oneTimeTokens.find(bare.hash, 'email_verification', start), bare)
    t.equal(await oneTimeTokens.find(token.hash, 'password_reset', later(1_000)), null, 'at the very moment it expires, it has expired')
    t.equal(await oneTimeTokens.find(token.hash, 'email_verification', start), null)
    t.equal(await oneTimeTokens.find('nothing', 'password_reset', start), null)
  })

  await t.test('A token is consumed once, for its purpose and in its time', async t => {
    const token = sampleToken({ expiresAt: later(1_000) })
    await oneTimeTokens.insert(token)
    t.equal(await oneTimeTokens.consume(token.hash, 'email_verification', start), null)
    t.equal(await oneTimeTokens.consume(token.hash, 'password_reset', later(1_000)), null)
    t.same(await oneTimeTokens.consume(token.hash, 'password_reset', later(999)), token)
    t.equal(await oneTimeTokens.consume(token.hash, 'password_reset', later(999)), null)
    t.equal(await oneTimeTokens.find(token.hash, 'password_reset', start), null)
  })

  await t.test('Of 50 that consume one token at once, over two connections, one gets it, 5 times', async t => {
    const elsewhere = await another()
    for (let round = 0; round < 5; round += 1) {
      const token = sampleToken()
      await oneTimeTokens.insert(token)
      const got = await atOnce(50, index => (index % 2 === 0 ? oneTimeTokens : elsewhere.oneTimeTokens).consume(token.hash, 'password_reset', start))
      t.same(got.filter(one => one !== null), [token])
    }
  })

  await t.test('Removing takes all tokens of the user for one purpose, and no other', async t => {
    const userId = 'forgetful'
    const [first, second] = [sampleToken({ userId }), sampleToken({ userId })]
    const kept = [sampleToken({ userId, purpose: 'email_verification' }), sampleToken()]
    for (const token of [first, second, ...kept]) await oneTimeTokens.insert(token)
    t.equal(await oneTimeTokens.removeFor(userId, 'password_reset'), 2)
    t.equal(await oneTimeTokens.removeFor(userId, 'password_reset'), 0)
    t.equal(await oneTimeTokens.consume(first.hash, 'password_reset', start), null)
    for (const token of kept) t.same(await oneTimeTokens.find(token.hash, token.purpose, start), token)
  })
}
