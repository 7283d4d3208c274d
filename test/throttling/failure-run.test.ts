// Failures in a row: how many are free, how the intervals grow, who has the slot, and what ends a run.
import t from 'tap'
import { createFailureRun } from '../../src/throttling/failure-run.js'
import { createTestClock } from '../helpers/clock.js'
import { createMemoryCounters } from './memory-counters.js'

function runOf (freeTries: number) {
  const memory = createMemoryCounters()
  const clock = createTestClock()
  const run = createFailureRun({ counters: memory.counters, clock, freeTries, longestIntervalSeconds: 30, lifeSeconds: 86_400 })
  const waits = async (times: number) => await Promise.all(Array.from({ length: times }, async () => (await run.take('a')).waitSeconds))
  return { ...memory, clock, run, waits }
}

t.test('the first 100 are free, also at once, and cost a write each', async (t) => {
  const { waits, asked } = runOf(100)
  const answers = await waits(150)
  t.equal(answers.filter((seconds) => seconds === 0).length, 100, 'and not one more')
  t.same(asked, { writes: 99 + 2 * 51, reads: 0 }, 'from the hundredth on, two')
})

t.test('the intervals double with every try, up to 30 s', async (t) => {
  for (const [before, seconds] of [1, 2, 4, 8, 16, 30, 30, 30].entries()) {
    const { waits, clock } = runOf(3)
    await waits(2)
    for (let index = 0; index < before; index += 1) {
      t.same(await waits(1), [0], 'who waits gets in')
      clock.advance(30)
    }
    t.same(await waits(2), [0, seconds])
  }
})

t.test('an attack of hours leaves a wait of 30 s at the most', async (t) => {
  const { waits, clock } = runOf(3)
  for (let round = 0; round < 50; round += 1) {
    await waits(100)
    clock.advance(1)
  }
  t.ok(Math.max(...await waits(50)) <= 30)
})

t.test('in each interval exactly one goes through, of however many at once', async (t) => {
  const { waits, clock } = runOf(3)
  await waits(20)
  for (let round = 0; round < 20; round += 1) {
    clock.advance(30)
    t.equal((await waits(50)).filter((seconds) => seconds === 0).length, 1)
  }
})

t.test('a success ends the run, and the interval it opened', async (t) => {
  const { waits, run, clock } = runOf(3)
  await waits(3)
  clock.advance(1)
  await (await run.take('a')).clear()
  t.same(await waits(3), [0, 0, 0])
})

t.test('a success that nothing went before costs no write', async (t) => {
  const { run, asked } = runOf(3)
  await (await run.take('a')).clear()
  t.same(asked, { writes: 1, reads: 0 })
})

t.test('a try that is taken back was none', async (t) => {
  const { waits, run } = runOf(3)
  await waits(2)
  await (await run.take('a')).undo()
  t.same(await waits(1), [0])
  t.same(await waits(1), [1])
})

t.test('ending a run that is not there writes nothing', async (t) => {
  const { waits, run, asked } = runOf(3)
  await run.clear('a')
  t.same(asked, { writes: 0, reads: 1 })
  await waits(5)
  await run.clear('a')
  t.same(await waits(3), [0, 0, 0])
})

t.test('a run is forgotten after its life', async (t) => {
  const { waits, clock } = runOf(3)
  await waits(20)
  clock.advance(86_400)
  t.same(await waits(3), [0, 0, 0])
})
