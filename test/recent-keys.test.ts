// Values by key, within a bound.
import t from 'tap'
import { createRecentKeys } from '../src/recent-keys.js'

t.test('what was last set is there, and never more than the room holds', async (t) => {
  const keys = createRecentKeys<number>(100)
  for (let index = 0; index < 1000; index += 1) keys.set(`k${index}`, index)
  const there = Array.from({ length: 1000 }, (_, index) => index).filter((index) => keys.get(`k${index}`) === index)
  t.ok(there.length >= 50 && there.length <= 100, `${there.length} are there`)
  t.equal(there.at(0), 1000 - there.length, 'the last ones, without a gap')
})

t.test('a value takes its weight, and gives it back when it is replaced or deleted', async (t) => {
  const keys = createRecentKeys<string>(20, (text) => text.length)
  keys.set('kept', 'a')
  for (let index = 0; index < 100; index += 1) {
    keys.set('again', 'bbbb')
    keys.set('gone', 'cccc')
    keys.delete('gone')
  }
  t.equal(keys.get('kept'), 'a')
  t.equal(keys.get('gone'), undefined)
  keys.set('heavy', 'd'.repeat(20))
  keys.set('heavier', 'e'.repeat(20))
  t.equal(keys.get('kept'), undefined, 'two heavy ones leave no room for it')
  t.equal(keys.get('heavier'), 'e'.repeat(20))
})

t.test('after clearing there is nothing, and all of the room', async (t) => {
  const keys = createRecentKeys<number>(4)
  keys.set('a', 1)
  keys.clear()
  t.equal(keys.get('a'), undefined)
  keys.set('b', 2)
  keys.set('c', 3)
  t.equal(keys.get('b'), 2)
})
