// Durations in buckets.
import t from 'tap'
import { createTally } from '../../src/metrics/tally.js'

t.test('a duration counts in every bucket whose bound it does not exceed', async (t) => {
  const tally = createTally([0.1, 1, 10])
  t.match(tally, { count: 0, sum: 0 })
  t.same(tally.cumulative(), [0, 0, 0])
  for (const seconds of [0.05, 0.1, 0.5, 10, 11]) tally.observe(seconds)
  t.same(tally.cumulative(), [2, 3, 4])
  t.equal(tally.count, 5)
  t.equal(tally.sum.toFixed(2), '21.65')
})
