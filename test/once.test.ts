// What is made late is made once, and anew where it could not be.
import t from 'tap'
import { once, onceResolved } from '../src/once.js'

t.test('a value is made when it is first asked for, and kept', async (t) => {
  let made = 0
  const value = once(() => ({ number: made += 1 }))
  t.equal(made, 0)
  t.equal(value(), value())
  t.equal(made, 1)
})

t.test('a promise is kept, but not a rejected one', async (t) => {
  let tries = 0
  const value = onceResolved(async () => {
    tries += 1
    if (tries === 1) throw new Error('too many open files')
    return { tries }
  })
  const [one, other] = [value(), value()]
  await t.rejects(one, { message: 'too many open files' })
  await t.rejects(other, { message: 'too many open files' })
  t.equal(tries, 1)
  t.same(await Promise.all([value(), value()]), [{ tries: 2 }, { tries: 2 }])
})
