// Spans of time in the configuration.
import t from 'tap'
import { parseDuration } from '../src/durations.js'

t.test('a number and one of s, m, h, d is a span in seconds', async t => {
  t.same(['10s', '5m', '2h', '30d', '0s', '999999999s'].map(parseDuration), [10, 300, 7200, 2_592_000, 0, 999_999_999])
})

t.test('anything else is none', async t => {
  for (const text of ['', '10', 's', '10 s', ' 10s', '10s ', '10S', '1.5h', '-1s', '+1s', '010s', '1e3s', '10ms', '1w', '1h30m', '10s\n', '9999999999s', '١s']) {
    t.equal(parseDuration(text), null, JSON.stringify(text))
  }
})
