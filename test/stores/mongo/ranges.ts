// Prefix ranges in code point order, and what the feed's cursor remembers.
import t from 'tap'
import { afterPrefix, anyBeginsWith, beginsWith } from '../../../src/stores/mongo/ranges.js'
import { formCursor, mostNames, readCursor } from '../../../src/stores/mongo/revocation-cursor.js'

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

t.test('A cursor gives back what was put in, and no more names than it may hold', async t => {
  t.same(readCursor(formCursor(12, ['a b@1', 'ü'])), { newest: 12, told: new Set(['a b@1', 'ü']) })
  t.same(readCursor(formCursor(0, [])), { newest: 0, told: new Set() })
  const many = Array.from({ length: mostNames + 1 }, (_, index) => String(index))
  t.equal(readCursor(formCursor(1, many)).told.size, mostNames)
  t.notOk(readCursor(formCursor(1, many)).told.has('0'), 'the oldest falls out')
})
