// Prefix ranges in code point order.
import t from 'tap'
import { afterPrefix, anyBeginsWith, beginsWith } from '../../../src/stores/mongo/ranges.js'

t.test('The end of a prefix is the next text that does not begin with it', async t => {
  const table: Array<[string, string | null]> = [
    ['a', 'b'], ['az', 'a{'], ['\uD7FF', '\uE000'], ['\uFFFF', '\u{10000}'], ['a\u{10FFFF}', 'b'], ['\u{10FFFF}', null], ['\u{10FFFF}\u{10FFFF}', null], ['\u{1F600}', '\u{1F601}'], ['', null]
  ]
  for (const [prefix, end] of table) t.equal(afterPrefix(prefix), end, JSON.stringify(prefix))
  t.same(beginsWith('\u{10FFFF}'), { $gte: '\u{10FFFF}' })
  t.same(beginsWith('a'), { $gte: 'a', $lt: 'b' })
})

t.test('Nothing to search for filters nothing; anything else is folded', async t => {
  t.same(anyBeginsWith(['x'], undefined), [])
  t.same(anyBeginsWith(['x'], ''), [])
  t.same(anyBeginsWith(['x', 'y'], 'K'), [{ $or: [{ x: { $gte: 'k', $lt: 'l' } }, { y: { $gte: 'k', $lt: 'l' } }] }])
})
