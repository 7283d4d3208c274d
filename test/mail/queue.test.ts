// The queue: sealed, held until its cause is there, and counted within the hour.
import { readFileSync, existsSync } from 'node:fs'
import t from 'tap'
import { ServiceError } from '../../src/errors.js'
import { createMailLimit } from '../../src/mail/limit.js'
import { createMailQueue } from '../../src/mail/queue.js'
import { createSealer } from '../../src/seal.js'
import type { MailStore } from '../../src/stores/stores.js'
import { refusalOf } from '../stores/contract/engine.js'
import { createTestClock } from '../helpers/clock.js'
import { authSecret, createHouse, openStores, tokenOf } from './house.js'

const { stores, path } = await openStores(t)
const job = { kind: 'forgot', email: 'ada@example.org' } as const

void t.test('A mail opens as what it is about, under its own id only', async t => {
  const { queue, clock } = await createHouse(t, { stores })
  const id = await queue.enqueue(job)
  const mail = await stores.mails.lease(clock(), clock())
  t.equal(mail?.id, id)
  if (mail === null) return
  t.same(queue.open(mail), job)
  t.throws(() => queue.open({ ...mail, id: 'another' }))
})

void t.test('A held mail is due when it is released, or after half a minute; a cancelled one never', async t => {
  const { queue, clock } = await createHouse(t, { stores })
  let woken = 0
  queue.onDue(() => { woken += 1 })
  const [first, second, third] = [await queue.hold(job), await queue.hold(job), await queue.hold(job)]
  const due = async () => (await stores.mails.lease(clock(), new Date(clock().getTime() + 3_600_000)))?.id
  t.equal(await due(), undefined)
  t.equal(woken, 0)
  await queue.release(first)
  t.equal(woken, 1)
  t.equal(await due(), first)
  await queue.release(first)
  t.equal(await due(), undefined, 'what is being sent is not made due again')
  await queue.cancel(third)
  clock.advance(29)
  t.equal(await due(), undefined)
  clock.advance(1.1)
  t.equal(await due(), second)
  t.equal(await due(), undefined)
  await queue.enqueue(job)
  t.equal(woken, 3)
  await queue.enqueue(job, { wake: false })
  t.equal(woken, 3)
})

void t.test('Around a write: sent when it was done, taken back when it was refused, left to the worker when nobody knows', async t => {
  const { queue } = await createHouse(t, { stores })
  t.equal(await queue.around(null, async () => 7), 7)
  t.equal(await stores.mails.count(), 0)
  t.equal(await queue.around(job, async () => { t.equal(await stores.mails.count(), 1, 'it is there before'); return 8 }), 8)
  t.equal(await stores.mails.count(), 1)
  t.equal(await refusalOf(queue.around(job, async () => { throw new ServiceError('email_taken') })), 'email_taken')
  t.equal(await stores.mails.count(), 1)
  t.equal(await refusalOf(queue.around(job, async () => { throw new ServiceError('store_unavailable') })), 'store_unavailable')
  t.equal(await stores.mails.count(), 2)
})

void t.test('A store that fails after the write changes nothing about the answer', async t => {
  const down = async (): Promise<never> => { throw new ServiceError('store_unavailable') }
  const store: MailStore = { insert: async () => undefined, lease: down, postpone: down, remove: down, count: down }
  const queue = createMailQueue({ store, sealer: createSealer(authSecret, 'mail'), clock: () => new Date() })
  t.equal(await queue.around(job, async () => 'done'), 'done')
  t.equal(await refusalOf(queue.around(job, async () => { throw new ServiceError('busy') })), 'busy')
})

void t.test('Neither address nor token nor link is in the store, at any stage', async t => {
  const { recovery, add, sent } = await createHouse(t, { stores })
  const { email } = await add()
  await recovery.requestReset(email)
  await recovery.requestReset('nobody.at.all@example.com')
  const readAll = (): string => [path, `${path}-wal`].filter((file) => existsSync(file)).map((file) => readFileSync(file, 'latin1')).join('')
  t.notMatch(readAll(), /nobody\.at\.all/)
  const [message] = await sent()
  t.ok(tokenOf(message).length >= 43)
  t.notOk(readAll().includes(tokenOf(message)))
  t.notMatch(readAll(), /#token=|id\.example\.org/)
  t.equal(await stores.mails.count(), 0)
})

void t.test('So many go through in any hour, also over its edge, and the answer says when the next may', async t => {
  const clock = createTestClock()
  const limit = createMailLimit({ counters: stores.counters, clock, places: 3 })
  t.equal(await limit.take('a'), 0)
  clock.advance(3500)
  t.same([await limit.take('a'), await limit.take('a')], [0, 0])
  const wait = await limit.take('a')
  t.ok(wait > 90 && wait <= 100, String(wait))
  clock.advance(101)
  t.equal(await limit.take('a'), 0)
  t.ok(await limit.take('a') > 3000, 'a new hour is no new account')
  t.equal(await limit.take('b'), 0)
  const registered = new Date(clock().getTime() + 1000_000)
  t.same([await limit.take('c', registered), await limit.take('c', registered)], [0, 0])
  t.ok(await limit.take('c', registered) <= 1000)
  const parallel = await Promise.all(Array.from({ length: 20 }, () => limit.take('d')))
  t.equal(parallel.filter((seconds) => seconds === 0).length, 3)
})
