// Sessions: rotation by compare-and-set, ending, trimming.
import { later, sampleSession, start } from './samples.js'
import { atOnce, type Contract } from './engine.js'

export const sessionsContract: Contract = async (t, { stores: { sessions }, another }) => {
  await t.test('A session comes back as it was put in', async t => {
    const bare = sampleSession({ ip: null, userAgent: null })
    const full = sampleSession({ counter: 7, rotatedAt: later(3), lastUsedAt: later(4), endedAt: later(5), endReason: 'reuse' })
    await sessions.insert(bare)
    await sessions.insert(full)
    t.same(await sessions.find(bare.id), bare)
    t.same(await sessions.find(full.id), full)
    t.equal(await sessions.find('nothing'), null)
  })

  await t.test('Advancing raises the counter and moves the idle life, never past the absolute one', async t => {
    const session = sampleSession({ maxExpiresAt: later(10_000), expiresAt: later(5_000) })
    await sessions.insert(session)
    const once = { ...session, counter: 1, rotatedAt: later(100), lastUsedAt: later(100), expiresAt: later(5_100) }
    t.same(await sessions.advance(session.id, 0, later(100), later(5_100)), { outcome: 'advanced', session: once })
    t.same(await sessions.find(session.id), once)
    const twice = { ...once, counter: 2, rotatedAt: later(5_099), lastUsedAt: later(5_099), expiresAt: later(10_000) }
    t.same(await sessions.advance(session.id, 1, later(5_099), later(10_099)), { outcome: 'advanced', session: twice })
  })

  await t.test('A counter that moved on, an end and an expiry leave the session as it is', async t => {
    const session = sampleSession({ counter: 3, expiresAt: later(1_000) })
    await sessions.insert(session)
    for (const counter of [2, 4, -1]) t.same(await sessions.advance(session.id, counter, start, later(2_000)), { outcome: 'unchanged', session })
    t.same(await sessions.advance(session.id, 3, later(1_000), later(2_000)), { outcome: 'unchanged', session }, 'at the very moment it expires, it has expired')
    t.same((await sessions.advance(session.id, 3, later(999), later(2_000))).outcome, 'advanced', 'a moment before, it lives')
    await sessions.end(session.id, 'logout', later(999))
    const ended = await sessions.find(session.id)
    t.same(await sessions.advance(session.id, 4, later(999), later(2_000)), { outcome: 'unchanged', session: ended })
    t.same(await sessions.advance('nothing', 0, start, later(2_000)), { outcome: 'missing' })
    const old = sampleSession({ expiresAt: later(2_000), maxExpiresAt: later(1_000) })
    await sessions.insert(old)
    t.same((await sessions.advance(old.id, 0, later(1_000), later(3_000))).outcome, 'unchanged', 'the absolute life ends it too')
  })

  await t.test('Of 50 that advance one session at once, over two connections, one does', async t => {
    const elsewhere = await another()
    for (let round = 0; round < 5; round += 1) {
      const session = sampleSession({ counter: round })
      await sessions.insert(session)
      const outcomes = await atOnce(50, index => (index % 2 === 0 ? sessions : elsewhere.sessions).advance(session.id, round, later(index), later(60_000)))
      t.equal(outcomes.filter(({ outcome }) => outcome === 'advanced').length, 1)
      t.equal(outcomes.filter(({ outcome }) => outcome === 'unchanged').length, 49)
      t.equal((await sessions.find(session.id))?.counter, round + 1)
      const winner = outcomes.find(({ outcome }) => outcome === 'advanced')
      for (const told of outcomes) t.same('session' in told && told.session, winner && 'session' in winner && winner.session, 'all see the winner')
    }
  })

  await t.test('The live sessions of a user come last used first', async t => {
    const userId = 'lister'
    const at = (ms: number, otherwise = {}): ReturnType<typeof sampleSession> => sampleSession({ userId, lastUsedAt: later(ms), ...otherwise })
    const [second, first, third] = [at(20), at(30), at(10)]
    const gone = [at(40, { endedAt: later(41), endReason: 'ended' }), at(50, { expiresAt: later(100) }), at(60, { maxExpiresAt: later(100) })]
    for (const session of [second, first, third, ...gone, sampleSession()]) await sessions.insert(session)
    t.same(await sessions.listLive(userId, later(100)), [first, second, third])
    t.same((await sessions.listLive(userId, later(99))).length, 5, 'a moment before, two more lived')
    t.same(await sessions.listLive('nobody', start), [])
  })

  await t.test('A session ends once, for its owner', async t => {
    const session = sampleSession()
    await sessions.insert(session)
    t.equal(await sessions.end(session.id, 'ended', later(1), 'somebody else'), false)
    t.same(await sessions.find(session.id), session)
    t.equal(await sessions.end(session.id, 'ended', later(1), session.userId), true)
    const ended = { ...session, endedAt: later(1), endReason: 'ended' as const }
    t.same(await sessions.find(session.id), ended)
    t.equal(await sessions.end(session.id, 'logout', later(2)), false)
    t.same(await sessions.find(session.id), ended, 'time and reason of the first end stay')
    t.equal(await sessions.end('nothing', 'logout', start), false)
  })

  await t.test('Of 50 that end one session at once, over two connections, one does', async t => {
    const elsewhere = await another()
    const session = sampleSession()
    await sessions.insert(session)
    const outcomes = await atOnce(50, index => (index % 2 === 0 ? sessions : elsewhere.sessions).end(session.id, 'logout', later(index)))
    t.equal(outcomes.filter(ended => ended).length, 1)
  })

  await t.test('An end and an advance at once: whoever came second, nothing advances after the end', async t => {
    for (let round = 0; round < 20; round += 1) {
      const session = sampleSession()
      await sessions.insert(session)
      await Promise.all([sessions.advance(session.id, 0, later(1), later(60_000)), sessions.end(session.id, 'logout', later(1))])
      const now = await sessions.find(session.id)
      t.ok(now?.endedAt)
      t.equal((await sessions.advance(session.id, now?.counter ?? 0, later(2), later(60_000))).outcome, 'unchanged')
    }
  })

  await t.test('All sessions of a user end but one; others keep theirs', async t => {
    const userId = 'leaver'
    const mine = Array.from({ length: 4 }, (_, index) => sampleSession({ userId, lastUsedAt: later(index) }))
    const [kept, , , done] = mine
    const other = sampleSession()
    for (const session of [...mine, other]) await sessions.insert(session)
    await sessions.end(done?.id ?? '', 'logout', later(1))
    const ended = await sessions.endAll(userId, 'password_changed', later(2), kept?.id)
    t.same(ended.sort(), [mine[1]?.id, mine[2]?.id].sort())
    t.same((await sessions.listLive(userId, later(3))).map(session => session.id), [kept?.id])
    t.equal((await sessions.find(done?.id ?? ''))?.endReason, 'logout')
    t.same(await sessions.endAll(userId, 'deleted', later(4)), [kept?.id])
    t.same(await sessions.endAll(userId, 'deleted', later(5)), [])
    t.same(await sessions.find(other.id), other)
  })

  await t.test('Of many that end all sessions at once, each session is told to one', async t => {
    const userId = 'raced'
    const mine = Array.from({ length: 6 }, () => sampleSession({ userId }))
    for (const session of mine) await sessions.insert(session)
    const told = await atOnce(20, () => sessions.endAll(userId, 'disabled', later(1)))
    t.same(told.flat().sort(), mine.map(session => session.id).sort())
  })

  await t.test('A device is known by its user agent and network, from any session used since, ended or not', async t => {
    const userId = 'owner of devices'
    const [userAgent, since, networks] = ['Firefox of the owner', later(1_000), ['192.0.2.', '::ffff:192.0.2.']]
    const known = sampleSession({ userId, userAgent, ip: '192.0.2.7', lastUsedAt: since, endedAt: later(1_001), endReason: 'logout' })
    const nameless = sampleSession({ userId, userAgent: null, ip: '2001:db8:1::7', lastUsedAt: later(2_000) })
    const placeless = sampleSession({ userId, userAgent: 'curl', ip: null, lastUsedAt: later(2_000) })
    const another = sampleSession({ userAgent, ip: '198.51.100.7', lastUsedAt: later(2_000) })
    for (const session of [known, nameless, placeless, another]) await sessions.insert(session)
    t.equal(await sessions.hasSeen(userId, userAgent, networks, since, 'new'), true)
    t.equal(await sessions.hasSeen(userId, userAgent, networks, later(1_001), 'new'), false, 'too long ago')
    t.equal(await sessions.hasSeen(userId, userAgent, networks, since, known.id), false, 'it does not know itself')
    t.equal(await sessions.hasSeen(userId, 'Firefox', networks, since, 'new'), false)
    t.equal(await sessions.hasSeen(userId, userAgent, ['192.0.20.', '92.0.2.'], since, 'new'), false)
    t.equal(await sessions.hasSeen(userId, userAgent, ['198.51.100.'], since, 'new'), false, 'somebody else was there')
    t.equal(await sessions.hasSeen(userId, userAgent, [], since, 'new'), false)
    t.equal(await sessions.hasSeen(userId, null, ['2001:db8:1:'], since, 'new'), true)
    t.equal(await sessions.hasSeen(userId, 'curl', [...networks, ''], since, 'new'), false, 'no address is in no network')
    const twins = [sampleSession({ userId, userAgent: 'twin' }), sampleSession({ userId, userAgent: 'twin' })]
    for (const session of twins) await sessions.insert(session)
    const seen = await Promise.all(twins.map(({ id }) => sessions.hasSeen(userId, 'twin', networks, start, id)))
    t.same(seen, [false, true], 'two that begin at once do not vouch for each other')
  })

  await t.test('Trimming ends the longest unused until so many are left', async t => {
    const userId = 'collector'
    const mine = Array.from({ length: 5 }, (_, index) => sampleSession({ userId, lastUsedAt: later(index) }))
    const expired = sampleSession({ userId, expiresAt: later(50), lastUsedAt: later(40) })
    for (const session of [...mine, expired]) await sessions.insert(session)
    t.same(await sessions.trim(userId, 5, later(100)), [])
    t.same((await sessions.trim(userId, 3, later(100))).sort(), [mine[0]?.id, mine[1]?.id].sort())
    t.same((await sessions.find(mine[0]?.id ?? ''))?.endReason, 'too_many')
    t.same((await sessions.find(mine[0]?.id ?? ''))?.endedAt, later(100))
    t.same((await sessions.listLive(userId, later(101))).map(session => session.id), [mine[4]?.id, mine[3]?.id, mine[2]?.id])
    t.same((await sessions.find(expired.id))?.endedAt, null)
    t.same(await sessions.trim('nobody', 0, start), [])
    t.equal((await sessions.trim(userId, 0, later(102))).length, 3)
  })
}
