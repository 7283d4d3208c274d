// The deny-list: what it refuses, how long it remembers, that it does not grow.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createDenyList } from '../../src/tokens/deny-list.js'
import { createTestClock } from './support.js'

const claims = () => ({ sid: newId(), sub: newId(), role: 'client' as const })

t.test('a session that ended is denied, others are not', async (t) => {
  const clock = createTestClock()
  const list = createDenyList({ accessTokenSeconds: 600, clock })
  const ended = claims()
  t.notOk(list.denies(ended))
  list.add({ kind: 'session', sessionId: ended.sid, at: clock() })
  list.add({ kind: 'session', sessionId: ended.sid, at: clock() })
  t.ok(list.denies(ended))
  t.notOk(list.denies({ ...ended, sid: newId() }), 'the same user in another session')
  t.equal(list.size, 1)
})

t.test('after a role change only the latest role counts', async (t) => {
  const clock = createTestClock()
  const list = createDenyList({ accessTokenSeconds: 600, clock })
  const user = claims()
  const before = clock()
  clock.advance(10)
  list.add({ kind: 'role', userId: user.sub, role: 'manager', at: clock() })
  t.ok(list.denies(user))
  t.notOk(list.denies({ ...user, role: 'manager' }))
  list.add({ kind: 'role', userId: user.sub, role: 'client', at: before })
  t.ok(list.denies(user), 'an older change told later changes nothing')
  list.add({ kind: 'role', userId: user.sub, role: 'admin', at: clock() })
  t.ok(list.denies({ ...user, role: 'manager' }), 'of two in one millisecond the one told last counts')
  t.notOk(list.denies({ ...user, role: 'admin' }))
})

t.test('an entry is kept for the life of a token and the skew of clocks, then forgotten', async (t) => {
  const clock = createTestClock()
  const list = createDenyList({ accessTokenSeconds: 600, clock })
  const first = claims()
  list.add({ kind: 'session', sessionId: first.sid, at: clock() })
  list.add({ kind: 'role', userId: first.sub, role: 'admin', at: clock() })
  clock.advance(659)
  list.add({ kind: 'session', sessionId: newId(), at: clock() })
  t.ok(list.denies(first))
  t.equal(list.size, 3)
  clock.advance(1)
  list.add({ kind: 'session', sessionId: newId(), at: clock() })
  t.notOk(list.denies(first))
  t.equal(list.size, 2)
})

t.test('an entry that is due counts no more, also where none came after it', async (t) => {
  const clock = createTestClock()
  const list = createDenyList({ accessTokenSeconds: 600, clock })
  const [ended, demoted] = [claims(), claims()]
  list.add({ kind: 'session', sessionId: ended.sid, at: clock() })
  list.add({ kind: 'role', userId: demoted.sub, role: 'manager', at: clock() })
  clock.advance(659)
  t.same([list.denies(ended), list.denies(demoted)], [true, true])
  clock.advance(2)
  t.same([list.denies(ended), list.denies(demoted)], [false, false])
})

t.test('an entry told again late is kept from then on', async (t) => {
  const clock = createTestClock()
  const list = createDenyList({ accessTokenSeconds: 600, clock })
  const first = claims()
  list.add({ kind: 'session', sessionId: first.sid, at: clock() })
  clock.advance(600)
  list.add({ kind: 'session', sessionId: first.sid, at: clock() })
  clock.advance(100)
  list.add({ kind: 'session', sessionId: newId(), at: clock() })
  t.ok(list.denies(first))
})

t.test('however many are revoked, only one life of them is held, and no single add clears many', async (t) => {
  const clock = createTestClock()
  const list = createDenyList({ accessTokenSeconds: 60, clock })
  for (let index = 0; index < 5000; index += 1) list.add({ kind: 'session', sessionId: newId(), at: clock() })
  clock.advance(1000)
  list.add({ kind: 'session', sessionId: newId(), at: clock() })
  t.ok(list.size > 4900, 'one add takes away a few')
  for (let index = 0; index < 400; index += 1) list.add({ kind: 'session', sessionId: newId(), at: clock() })
  t.equal(list.size, 401, 'soon all stale ones are gone')
})
