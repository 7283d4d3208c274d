// The limiter in memory: how many get through, when the next does, and that memory is bounded without freeing who is blocked.
import t from 'tap'
import { createLimiter } from '../../src/throttling/limiter.js'
import { createTestClock } from '../helpers/clock.js'

function allowedOf (limiter: ReturnType<typeof createLimiter>, key: string, times: number): number {
  return Array.from({ length: times }, () => limiter.hit(key).allowed).filter(Boolean).length
}

t.test('a full limit goes through at once, then one every window / limit', async (t) => {
  const clock = createTestClock()
  const limiter = createLimiter({ limit: 30, windowSeconds: 60, clock })
  t.same(limiter.hit('a'), { allowed: true, limit: 30, remaining: 29, resetSeconds: 2 })
  t.equal(allowedOf(limiter, 'a', 28), 28)
  t.same(limiter.hit('a'), { allowed: true, limit: 30, remaining: 0, resetSeconds: 2 })
  t.same(limiter.hit('a'), { allowed: false, limit: 30, remaining: 0, resetSeconds: 2 })
  clock.advance(1.999)
  t.same(limiter.hit('a'), { allowed: false, limit: 30, remaining: 0, resetSeconds: 1 })
  clock.advance(0.001)
  t.same(limiter.hit('a'), { allowed: true, limit: 30, remaining: 0, resetSeconds: 2 })
  t.notOk(limiter.hit('a').allowed)
  clock.advance(60)
  t.equal(allowedOf(limiter, 'a', 100), 30, 'after a window without a request all of it is there again')
})

t.test('refused hits cost nothing: who hammers gets as much as who waits', async (t) => {
  const clock = createTestClock()
  const limiter = createLimiter({ limit: 10, windowSeconds: 100, clock })
  let allowed = 0
  for (let second = 0; second < 1000; second += 1) {
    allowed += allowedOf(limiter, 'a', 5)
    clock.advance(1)
  }
  t.equal(allowed, 10 + 99)
})

t.test('limits whose step is a fraction of a millisecond lose no hit', async (t) => {
  for (const limit of [7, 13, 1001, 6000, 6001]) {
    t.equal(allowedOf(createLimiter({ limit, windowSeconds: 60, clock: createTestClock() }), 'a', limit + 5), limit)
  }
})

t.test('keys do not share a limit', async (t) => {
  const limiter = createLimiter({ limit: 2, windowSeconds: 60, clock: createTestClock() })
  t.equal(allowedOf(limiter, 'a', 5), 2)
  t.equal(allowedOf(limiter, 'b', 5), 2)
})

t.test('a clock that is set back blocks nobody for longer than a window', async (t) => {
  const clock = createTestClock()
  const limiter = createLimiter({ limit: 2, windowSeconds: 60, clock })
  allowedOf(limiter, 'a', 3)
  clock.advance(-7200)
  t.equal(limiter.hit('a').resetSeconds, 30)
  clock.advance(30)
  t.ok(limiter.hit('a').allowed)
})

t.test('a flood of addresses pushes out those that count, never those that are blocked', async (t) => {
  const clock = createTestClock()
  const limiter = createLimiter({ limit: 2, windowSeconds: 3600, clock, maxKeys: 100 })
  allowedOf(limiter, 'blocked', 3)
  allowedOf(limiter, 'counting', 2)
  for (let index = 0; index < 10_000; index += 1) limiter.hit(`flood ${index}`)
  t.notOk(limiter.hit('blocked').allowed)
  t.ok(limiter.hit('counting').allowed, 'memory is bounded: what was counted is gone')
})

t.test('of the blocked, too, no more are kept than asked for: those go that did not ask for longest', async (t) => {
  const limiter = createLimiter({ limit: 1, windowSeconds: 3600, clock: createTestClock(), maxKeys: 100 })
  for (let index = 0; index < 200; index += 1) {
    allowedOf(limiter, String(index), 2)
    limiter.hit('hammers')
  }
  for (let index = 170; index < 200; index += 1) t.notOk(limiter.hit(String(index)).allowed)
  t.ok(limiter.hit('0').allowed)
  t.notOk(limiter.hit('hammers').allowed)
})

t.test('who was blocked and waited counts as before', async (t) => {
  const clock = createTestClock()
  const limiter = createLimiter({ limit: 2, windowSeconds: 60, clock })
  allowedOf(limiter, 'a', 3)
  clock.advance(45)
  t.same(limiter.hit('a'), { allowed: true, limit: 2, remaining: 0, resetSeconds: 15 })
  t.notOk(limiter.hit('a').allowed)
})
