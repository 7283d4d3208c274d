// Which refusals are told to the audit log: few of one key, and not too many of all.
import t from 'tap'
import { createBoundedNotes, notesAMinute, noteWindowSeconds } from '../../src/throttling/bounded-notes.js'
import { createTestClock } from '../helpers/clock.js'

t.test('a key is told once a window', async (t) => {
  const clock = createTestClock()
  const notes = createBoundedNotes(clock)
  t.same([notes.take('a'), notes.take('a'), notes.take('b')], [true, false, true])
  clock.advance(noteWindowSeconds - 1)
  t.notOk(notes.take('a'))
  clock.advance(1)
  t.ok(notes.take('a'))
})

t.test('a flood of ever new keys writes so many lines a minute and no more', async (t) => {
  const clock = createTestClock()
  const notes = createBoundedNotes(clock)
  let told = 0
  for (let index = 0; index < 100_000; index += 1) told += Number(notes.take(String(index)))
  t.equal(told, notesAMinute)
  clock.advance(60)
  for (let index = 0; index < 100_000; index += 1) told += Number(notes.take(`again ${index}`))
  t.equal(told, 2 * notesAMinute)
})
