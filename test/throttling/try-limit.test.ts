// So many tries in any 15 minutes: the edges of windows, parallel tries, taking back and forgetting.
import t from 'tap'
import { createTryLimit } from '../../src/throttling/try-limit.js'
import { createTestClock } from '../helpers/clock.js'
import { createMemoryCounters } from './memory-counters.js'

const window = 900

/** A limit whose clock stands `into` seconds after the beginning of a window. */
function limitAt (into: number) {
  const memory = createMemoryCounters()
  const clock = createTestClock(new Date(Date.UTC(2026, 0, 1) + into * 1000))
  const limit = createTryLimit({ counters: memory.counters, clock, limit: 10, windowSeconds: window })
  async function through (times: number, key = 'a'): Promise<number> {
    const tries = await Promise.all(Array.from({ length: times }, async () => await limit.take(key)))
    return tries.filter(({ waitSeconds }) => waitSeconds === 0).length
  }
  return { ...memory, clock, limit, through }
}

t.test('of 50 tries at once ten go through', async (t) => {
  const { through } = limitAt(0)
  t.equal(await through(50), 10)
  t.equal(await through(50, 'another key'), 10)
})

t.test('no 15 minutes hold more than ten, wherever they begin', async (t) => {
  const { clock, limit } = limitAt(0)
  const times: number[] = []
  let seed = 7
  for (let second = 0; second < 24 * 3600;) {
    const { waitSeconds } = await limit.take('a')
    if (waitSeconds === 0) times.push(second)
    seed = seed * 48271 % 2147483647
    // As fast as one may without being refused more than once.
    const pause = waitSeconds === 0 ? seed % 100 : waitSeconds
    second += pause
    clock.advance(pause)
  }
  const most = Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + window).length))
  t.equal(most, 10)
})

t.test('nine at the end of a window leave one for the beginning of the next', async (t) => {
  const { clock, through } = limitAt(window - 1)
  t.equal(await through(9), 9)
  clock.advance(1)
  t.equal(await through(20), 1)
})

t.test('who waits as long as told gets in, and not a second earlier', async (t) => {
  for (const into of [0, 450, 899]) {
    const { clock, limit, through } = limitAt(into)
    await through(10)
    const { waitSeconds } = await limit.take('a')
    t.equal(waitSeconds, 2 * window - into)
    clock.advance(waitSeconds - 1)
    const undone = await limit.take('a')
    t.not(undone.waitSeconds, 0)
    await undone.undo()
    clock.advance(1)
    t.equal(await through(1), 1)
  }
})

t.test('with little tried in this window, the wait ends with it', async (t) => {
  const { clock, limit, through } = limitAt(0)
  await through(10)
  clock.advance(window + 100)
  const { waitSeconds } = await limit.take('a')
  t.equal(waitSeconds, window - 100)
  clock.advance(waitSeconds)
  t.equal(await through(20), 9)
})

t.test('who goes on hammering stays out', async (t) => {
  const { clock, through } = limitAt(0)
  let passed = 0
  for (let minute = 0; minute < 120; minute += 1) {
    passed += await through(2)
    clock.advance(60)
  }
  t.equal(passed, 10)
})

t.test('a try that is taken back was none, also when the window has moved on meanwhile', async (t) => {
  const { clock, limit, through } = limitAt(window - 1)
  const late = await limit.take('a')
  clock.advance(1)
  await late.undo()
  t.equal(await through(20), 10)
})

t.test('forgetting takes this window and the one before, whether a try does it or somebody else', async (t) => {
  const { clock, limit, through, keys } = limitAt(0)
  await through(5)
  clock.advance(window)
  await through(2)
  await (await limit.take('a')).clear()
  t.same(keys(), [])
  t.equal(await through(20), 10)
  await limit.clear('a')
  t.equal(await through(20), 10)
})

t.test('a try costs one write and one read; forgetting the only window that counts costs one write', async (t) => {
  const { limit, asked } = limitAt(0)
  const only = await limit.take('a')
  t.same(asked, { writes: 1, reads: 1 })
  await only.clear()
  t.same(asked, { writes: 2, reads: 1 })
})
