// The gate: shut until prepared, shut again after a loss, never waiting long.
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoNetworkError } from 'mongodb'
import t from 'tap'
import { until } from '../../helpers/until.js'
import { refusalOf } from '../contract/engine.js'
import { createGate } from '../../../src/stores/mongo/gate.js'

t.test('Work waits for the first try, is refused at once after a failed one, and goes through once prepared', async t => {
  const log: string[] = []
  const logger = { info: (_details: object, message: string) => { log.push(message) }, warn: (_details: object, message: string) => { log.push(message) } }
  let tries = 0
  const gate = createGate(async () => {
    tries += 1
    await sleep(20)
    if (tries < 4) throw new Error('not yet')
  }, logger, 300)
  t.equal(await refusalOf(gate.run(async () => 1)), 'store_unavailable')
  t.equal(tries, 1)
  const begun = performance.now()
  t.equal(await refusalOf(gate.run(async () => 1)), 'store_unavailable')
  t.ok(performance.now() - begun < 200, 'at once')
  await until(async () => await refusalOf(gate.run(async () => 1)) === null)
  t.equal(tries, 4)
  t.equal(await gate.run(async () => 7), 7)
  t.same(log, ['store unavailable', 'store ready'], 'said once, not with every try')
  await gate.close()
})

t.test('A lost connection has everything prepared anew; other errors do not', async t => {
  let prepared = 0
  const gate = createGate(async () => { prepared += 1 })
  await gate.run(async () => 1)
  await t.rejects(gate.run(async () => { throw new TypeError('ours') }), TypeError)
  t.equal(prepared, 1)
  const lose = async (): Promise<never> => { throw new MongoNetworkError('gone') }
  t.same(await Promise.all([refusalOf(gate.run(lose)), refusalOf(gate.run(lose))]), ['store_unavailable', 'store_unavailable'])
  t.equal(await gate.run(async () => 2), 2)
  t.equal(prepared, 2, 'two losses at once are one')
  await gate.close()
})

t.test('Work that takes too long is answered for', async t => {
  const gate = createGate(async () => undefined)
  t.equal(await refusalOf(gate.run(() => sleep(200), 20)), 'store_unavailable')
  await gate.close()
})

t.test('Closing ends the tries, waits for what is under way and refuses what comes after', async t => {
  const never = createGate(async () => { throw new Error('never') }, undefined, 5)
  t.equal(await refusalOf(never.run(async () => 1)), 'store_unavailable')
  await never.close()
  await never.close()
  const gate = createGate(async () => undefined)
  let done = false
  const work = gate.run(async () => { await sleep(30); done = true })
  await gate.close()
  t.equal(done, true)
  await work
  t.equal(await refusalOf(gate.run(async () => 1)), 'store_unavailable')
})
