// The gate: how many at once, who waits, who is refused.
import t from 'tap'
import { isServiceError } from '../../src/errors.js'
import { type Gate, createGate } from '../../src/passwords/gate.js'

interface Held { promise: Promise<string>, started: boolean, finish (): void, fail (error: Error): void }

function heldTask (gate: Gate, name: string): Held {
  let end: { resolve (value: string): void, reject (error: Error): void } | undefined
  const held: Held = { started: false, finish: () => end?.resolve(name), fail: error => end?.reject(error), promise: Promise.resolve('') }
  held.promise = gate.run(() => {
    held.started = true
    return new Promise<string>((resolve, reject) => { end = { resolve, reject } })
  })
  return held
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

t.test('no more tasks run than there are slots, and those that wait go in the order they came', async t => {
  const gate = createGate({ slots: 2, queue: 3 })
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => heldTask(gate, name)) as [Held, Held, Held, Held]
  await settled()
  t.same([a.started, b.started, c.started, d.started], [true, true, false, false])
  t.same(gate.stats(), { slots: 2, running: 2, waiting: 2, refused: 0 })
  b.finish()
  t.equal(await b.promise, 'b')
  await settled()
  t.same([c.started, d.started], [true, false], 'the longest waiting has the slot')
  a.finish()
  c.finish()
  await Promise.all([a.promise, c.promise])
  await settled()
  t.ok(d.started)
  d.finish()
  await d.promise
  t.same(gate.stats(), { slots: 2, running: 0, waiting: 0, refused: 0 })
})

t.test('whoever comes when the queue is full is refused at once, and nothing of the task is done', async t => {
  const gate = createGate({ slots: 1, queue: 1 })
  const [running, waiting] = [heldTask(gate, 'running'), heldTask(gate, 'waiting')]
  await settled()
  let touched = false
  let refusal: unknown
  const refused = gate.run(async () => { touched = true }).catch((error: unknown) => { refusal = error })
  // It waits for no timer, no task and no event.
  await Promise.race([refused, settled()])
  t.ok(isServiceError(refusal, 'busy'))
  t.equal((refusal as { retryAfterSeconds?: number }).retryAfterSeconds, 2)
  t.notOk(touched)
  t.equal(gate.stats().refused, 1)
  running.finish()
  await running.promise
  await settled()
  waiting.finish()
  await waiting.promise
  t.equal(await gate.run(async () => 'free again'), 'free again')
})

t.test('as much is admitted as has a place, and what comes beyond or while the queue is full does nothing', async t => {
  const gate = createGate({ slots: 1, queue: 1 })
  let touched = 0
  const ends: Array<() => void> = []
  const admitted = [1, 2].map(async () => { await gate.admit(async () => { await new Promise<void>(resolve => ends.push(resolve)) }) })
  const touch = async (): Promise<void> => { touched += 1 }
  await t.rejects(gate.admit(touch), { code: 'busy' }, 'two are on their way to the gate')
  for (const end of ends) end()
  await Promise.all(admitted)
  const [running, waiting] = [heldTask(gate, 'running'), heldTask(gate, 'waiting')]
  await t.rejects(gate.admit(touch), { code: 'busy' }, 'slot and queue are taken by others')
  t.equal(touched, 0)
  t.equal(gate.stats().refused, 2)
  running.finish()
  await running.promise
  await gate.admit(touch)
  await t.rejects(gate.admit(async () => { throw new Error('in its midst') }), { message: 'in its midst' })
  waiting.finish()
  await waiting.promise
  await Promise.all([gate.admit(touch), gate.admit(touch)])
  t.equal(touched, 3, 'and what ended has given its place back')
})

t.test('a task that fails, later or at once, frees its slot', async t => {
  const gate = createGate({ slots: 1, queue: 2 })
  const failing = heldTask(gate, 'failing')
  const throwing = gate.run(() => { throw new Error('at once') })
  const last = gate.run(async () => 'last')
  await settled()
  failing.fail(new Error('later'))
  await t.rejects(failing.promise, { message: 'later' })
  await t.rejects(throwing, { message: 'at once' })
  t.equal(await last, 'last')
  t.equal(gate.stats().running, 0)
})

t.test('once it is shed nobody waits: who did is refused, who runs goes on, and a free slot can still be had', async t => {
  const gate = createGate({ slots: 1, queue: 5 })
  const [running, waiting] = [heldTask(gate, 'running'), heldTask(gate, 'waiting')]
  await settled()
  gate.shed()
  await t.rejects(waiting.promise, { code: 'busy' })
  t.notOk(waiting.started)
  await t.rejects(gate.run(async () => 'too late'), { code: 'busy' })
  running.finish()
  t.equal(await running.promise, 'running')
  t.equal(await gate.run(async () => 'alone'), 'alone')
  t.same(gate.stats(), { slots: 1, running: 0, waiting: 0, refused: 2 })
})
