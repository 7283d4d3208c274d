// A turn of the event loop that has lasted too long takes no more; the next one does.
import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createTurnLimit } from '../../src/throttling/turn-limit.js'

let time = 0

/** The time goes by the test alone until that ends. */
function holdTime (t: Test): void {
  const { now } = performance
  t.teardown(() => { performance.now = now })
  time = 0
  performance.now = () => time
}

t.test('what comes late in a long turn is refused, what comes in the next is not', async (t) => {
  holdTime(t)
  const told: number[] = []
  const limit = createTurnLimit({ limitMilliseconds: 20, onShedding: (refused) => { told.push(refused) } })
  t.equal(limit.admit(), true)
  t.equal(limit.admit(), true)
  t.equal(limit.isShedding(), false)
  time += 30
  t.equal(limit.admit(), false)
  t.equal(limit.admit(), false)
  await nextTurn()
  t.equal(limit.admit(), true)
  t.equal(limit.refused, 2)
  t.equal(limit.isShedding(), true, 'for a few seconds it says so')
  t.same(told, [1], 'at the first; not again at each')
})

t.test('a turn in which nothing was asked has not begun: waiting is no work', async (t) => {
  holdTime(t)
  const limit = createTurnLimit({ limitMilliseconds: 20, onShedding: () => undefined })
  t.equal(limit.admit(), true)
  await nextTurn()
  time += 30
  t.equal(limit.admit(), true)
})

t.test('it is told again after a minute, with how many there were meanwhile; and is over after some seconds', async (t) => {
  holdTime(t)
  const told: number[] = []
  const limit = createTurnLimit({ limitMilliseconds: 20, onShedding: (refused) => { told.push(refused) } })
  limit.admit()
  for (time of [21, 1000, 60_000, 60_021, 60_022]) limit.admit()
  t.same(told, [1, 3])
  t.equal(limit.isShedding(), true)
  time += 3000
  t.equal(limit.isShedding(), false)
})
