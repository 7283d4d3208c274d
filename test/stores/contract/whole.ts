// What concerns the stores as a whole: answering, sweeping, lasting, closing.
import { later, newUser, sampleEntry, samplePerson, sampleSession, sampleToken, start } from './samples.js'
import { refusalOf, type Contract } from './engine.js'

export const wholeContract: Contract = async (t, { stores, another, onemore }) => {
  const { users, sessions, oneTimeTokens, counters, audit, persons } = stores

  await t.test('It answers', async t => {
    await stores.ping()
    t.match(stores.engine, /^(sqlite|mongodb)$/)
  })

  await t.test('A sweep takes what ended or expired before, and nothing else', async t => {
    const [live, ended, endedNow, expired] = [
      sampleSession({ expiresAt: later(1_000), maxExpiresAt: later(2_000) }),
      sampleSession({ endedAt: later(99), endReason: 'logout', expiresAt: later(1_000) }),
      sampleSession({ endedAt: later(100), endReason: 'logout', expiresAt: later(1_000) }),
      sampleSession({ expiresAt: later(99), maxExpiresAt: later(1_000) })
    ]
    for (const session of [live, ended, endedNow, expired]) await sessions.insert(session)
    const [oldToken, token] = [sampleToken({ expiresAt: later(99) }), sampleToken({ expiresAt: later(100) })]
    for (const one of [oldToken, token]) await oneTimeTokens.insert(one)
    await counters.hit('old', start, later(99))
    await counters.hit('young', start, later(100))
    const [oldEntry, entry] = [sampleEntry({ at: later(49) }), sampleEntry({ at: later(50) })]
    for (const one of [oldEntry, entry]) await audit.append(one)
    t.same(await stores.sweep(later(100), later(50), 10), { sessions: 2, oneTimeTokens: 1, counters: 1, audit: 1 })
    t.same(await stores.sweep(later(100), later(50), 10), { sessions: 0, oneTimeTokens: 0, counters: 0, audit: 0 })
    t.equal(await sessions.find(ended.id), null)
    t.equal(await sessions.find(expired.id), null)
    t.same(await sessions.find(live.id), live)
    t.same(await sessions.find(endedNow.id), endedNow)
    t.same(await oneTimeTokens.find(token.hash, token.purpose, start), token)
    t.equal((await counters.read('young', start))?.value, 1)
    t.same(await audit.page({ after: null, limit: 5 }), [entry])
  })

  await t.test('A sweep can leave sessions for longer than the rest', async t => {
    const [older, newer] = [sampleSession({ endedAt: later(19), endReason: 'logout' }), sampleSession({ endedAt: later(20), endReason: 'logout' })]
    for (const session of [older, newer]) await sessions.insert(session)
    await counters.hit('swept before sessions', start, later(99))
    const { sessions: swept, counters: others } = await stores.sweep(later(100), later(0), 10, later(20))
    t.same([swept, others], [1, 1])
    t.same([await sessions.find(older.id), await sessions.find(newer.id)], [null, newer])
    t.equal((await stores.sweep(later(100), later(0), 10)).sessions, 1)
  })

  await t.test('A sweep takes no more than its limit of each', async t => {
    for (let index = 0; index < 5; index += 1) {
      await sessions.insert(sampleSession({ expiresAt: later(index) }))
      await counters.hit(`limited ${String(index)}`, new Date(0), later(index))
    }
    const first = await stores.sweep(later(90), later(0), 3)
    t.same([first.sessions, first.counters], [3, 3])
    const second = await stores.sweep(later(90), later(0), 3)
    t.same([second.sessions, second.counters], [2, 2])
  })

  await t.test('What one connection has written, another reads at once', async t => {
    const elsewhere = await another()
    const [entry, person] = [newUser({ username: 'shared' }), samplePerson({ personId: 'shared' })]
    await users.insert(entry)
    await elsewhere.persons.insert(person)
    t.same(await elsewhere.users.find({ username: 'shared' }), entry.user)
    t.same(await persons.find(person.id), person)
  })

  await t.test('Closing finishes what is under way, twice is once, and afterwards every verb says so', async t => {
    const leaving = await onemore()
    const entries = Array.from({ length: 30 }, () => newUser())
    const inserts = Promise.all(entries.map(async entry => leaving.users.insert(entry)))
    await Promise.all([leaving.close(), leaving.close(), inserts])
    await leaving.close()
    for (const entry of entries) t.same(await users.find({ id: entry.user.id }), entry.user)
    t.equal(await refusalOf(leaving.users.find({ id: 'x' })), 'store_unavailable')
    t.equal(await refusalOf(leaving.users.insert(newUser())), 'store_unavailable')
    t.equal(await refusalOf(leaving.ping()), 'store_unavailable')
    t.equal(await refusalOf(leaving.revocations.page(null, start, 5)), 'store_unavailable')
  })
}
