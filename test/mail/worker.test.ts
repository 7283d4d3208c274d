// The worker: every mail once, whatever the mail server does, through a real SMTP peer.
import t, { type Test } from 'tap'
import { ServiceError } from '../../src/errors.js'
import { MailRefused } from '../../src/mail/mailer.js'
import { createMailQueue } from '../../src/mail/queue.js'
import { createSmtpMailer } from '../../src/mail/smtp.js'
import { createSealer } from '../../src/seal.js'
import type { MailStore } from '../../src/stores/stores.js'
import { newUser } from '../stores/contract/samples.js'
import { createTestClock } from '../helpers/clock.js'
import { createBox, createHouse, createPost, emptyQueue, openStores, until } from './house.js'
import { type Peer, serverAt, startPeer } from './peer.js'

function smtpTo (t: Test, peer: Peer) {
  const mailer = createSmtpMailer({ server: serverAt(`smtp://127.0.0.1:${peer.port}`), waits: { connect: 5000, answer: 5000, message: 10_000 } })
  t.teardown(() => mailer.close())
  return mailer
}

const { stores, another } = await openStores(t)
const refused = (permanent: boolean): MailRefused => new MailRefused('no', { permanent })
const arrivals = (peer: Peer): string[] => peer.received.map(({ to }) => to).sort()

void t.test('A peer that is killed in the middle of 200 mails gets each once, and nobody has to restart anything', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const peer = await startPeer(t)
  const { queue, worker, logger } = createPost(t, stores, clock, smtpTo(t, peer))
  const people = Array.from({ length: 200 }, () => newUser())
  await stores.users.insertMany(people)
  await Promise.all(people.map(({ user }) => queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })))
  let killed: Promise<void> | undefined
  peer.onMessage = () => {
    if (killed === undefined && peer.received.length >= 60) killed = peer.kill()
    // Messages that were in when it died were never accepted.
    return killed !== undefined
  }
  worker.start()
  await until(() => killed !== undefined)
  await killed
  const before = peer.received.length
  t.ok(before >= 60 && before < 200, `${before} before it died`)
  await until(() => logger.lines.some((line) => line.startsWith('mail does not go out')))
  peer.onMessage = () => false
  await peer.revive()
  const revivedAt = performance.now()
  const nudge = setInterval(() => { clock.advance(1) }, 50)
  await until(() => peer.received.length >= 200)
  clearInterval(nudge)
  t.comment(`all there ${Math.round(performance.now() - revivedAt)} ms after the peer was back`)
  await until(async () => (await worker.stats()).waiting === 0)
  t.same(arrivals(peer), people.map(({ user }) => user.email).sort())
  t.equal(new Set(peer.received.map(({ mail }) => mail.messageId)).size, 200)
  t.match(await worker.stats(), { sent: 200, failed: 0, dropped: 0, waiting: 0 })
  t.equal(logger.lines.filter((line) => line.startsWith('mail does not go out')).length, 1, 'one line tells of an outage, not one a mail')
  t.ok(logger.lines.some((line) => line.startsWith('mail goes out again')))
})

void t.test('Two workers on one store send each mail once, and one goes on where the other stopped', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const peer = await startPeer(t)
  const first = createPost(t, stores, clock, smtpTo(t, peer))
  const second = createPost(t, await another(), clock, smtpTo(t, peer))
  const people = Array.from({ length: 60 }, () => newUser())
  await stores.users.insertMany(people)
  const fill = (some: typeof people) => Promise.all(some.map(({ user }) => first.queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })))
  await fill(people.slice(0, 50))
  first.worker.start()
  first.worker.start()
  second.worker.start()
  await until(() => peer.received.length >= 50)
  await first.worker.stop()
  await fill(people.slice(50))
  await until(() => peer.received.length >= 60)
  await second.worker.stop()
  t.same(arrivals(peer), people.map(({ user }) => user.email).sort())
  const [one, other] = [await first.worker.stats(), await second.worker.stats()]
  t.equal(one.sent + other.sent, 60)
  t.ok(other.sent > 10, `both took part: ${one.sent} and ${other.sent}`)
})

void t.test('A mail whose process died is sent by the next one when the lease has run out, with the same link', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const { user, passwordHash } = newUser()
  await stores.users.insert({ user, passwordHash })
  const dead = createBox()
  dead.failWith = new Error('the process ends here')
  const first = createPost(t, { ...stores, mails: { ...stores.mails, postpone: async () => true } }, clock, dead)
  await first.queue.enqueue({ kind: 'forgot', email: user.email ?? '' })
  first.worker.start()
  await until(() => dead.tries === 1)
  await first.worker.stop()
  const box = createBox()
  const { worker } = createPost(t, stores, clock, box)
  worker.start()
  clock.advance(38)
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.equal(box.messages.length, 0, 'not while it may still be on its way')
  clock.advance(3)
  await until(() => box.messages.length === 1)
})

void t.test('What fails is tried again after 1 s, 2 s, 4 s … 30 s, with one link and counted once', async t => {
  const { clock, box, queue, worker, add, sent, recovery } = await createHouse(t, { stores })
  const user = await add()
  box.failWith = refused(false)
  await recovery.requestReset(user.email)
  const waits: number[] = []
  for (let tries = 1; tries <= 7; tries += 1) {
    await sent()
    t.equal(box.tries, tries)
    for (let waited = 1; ; waited += 1) {
      clock.advance(1)
      const before = box.tries
      box.failWith = refused(false)
      await sent()
      if (box.tries > before) { waits.push(waited); box.tries = tries + 1; break }
    }
    if (tries === 6) break
  }
  t.same(waits.slice(0, 6), [1, 2, 4, 8, 16, 30])
  box.failWith = null
  clock.advance(31)
  const messages = await sent()
  t.equal(messages.length, 1)
  t.match(await worker.stats(), { sent: 1, failed: 0, retries: 7 })
  const places = await Promise.all([0, 1, 2].map((place) => stores.counters.read(`reset-mail/${user.id}/${place}`, clock())))
  t.equal(places.filter((place) => place !== null).length, 1, 'eight tries count as one mail')
  t.equal(await stores.oneTimeTokens.removeFor(user.id, 'password_reset'), 1, 'and made one token')
  t.equal(await queue.enqueue({ kind: 'forgot', email: '' }).then(() => stores.mails.count()), 1)
})

void t.test('A recipient that is refused for good is given up after ten tries, and named in no log', async t => {
  const { clock, box, logger, recovery, add, sent, worker } = await createHouse(t, { stores })
  const { email } = await add()
  await recovery.requestReset(email)
  box.failWith = refused(true)
  for (let tries = 0; tries < 12; tries += 1) {
    await sent()
    clock.advance(30)
  }
  t.equal(box.tries, 10)
  t.match(await worker.stats(), { sent: 0, failed: 1, waiting: 0 })
  const line = logger.lines.find((text) => text.startsWith('gave up a mail'))
  t.match(line, /"to":"u\*\*\*@example.org"/)
  t.notOk(logger.lines.some((text) => text.includes(email)))
})

void t.test('A link that has expired is not sent, and after a day any mail is given up', async t => {
  const { clock, box, recovery, add, sent, worker, queue } = await createHouse(t, { stores })
  const user = await add()
  box.failWith = refused(false)
  await recovery.requestReset(user.email)
  await queue.enqueue({ kind: 'password_changed', userId: user.id, passwordVersion: 1, at: 0 })
  await sent()
  clock.advance(1800)
  box.failWith = null
  box.failWith = refused(false)
  await sent()
  t.match(await worker.stats(), { failed: 1, waiting: 1 })
  clock.advance(86_400)
  box.failWith = null
  t.same(await sent(), [])
  t.match(await worker.stats(), { sent: 0, failed: 2, waiting: 0 })
})

void t.test('While the server is not well, one mail at a time tries it, and then all go', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const box = createBox()
  box.failWith = new Error('nobody there')
  const { queue, worker } = createPost(t, stores, clock, box, { lanes: 3 })
  const people = Array.from({ length: 30 }, () => newUser())
  await stores.users.insertMany(people)
  for (const { user } of people) await queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })
  worker.start()
  await until(() => box.tries > 0)
  const began = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 400))
  // One a second at most, beside those of the three lanes that were under way at the first.
  t.ok(box.tries <= 3 + (performance.now() - began) / 1000, `${box.tries} tries for 30 mails`)
  box.failWith = null
  clock.advance(2)
  await until(() => box.messages.length === 30)
})

void t.test('What becomes due while the worker looks for it is found by the next look, which comes at once', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const box = createBox()
  const { user, passwordHash } = newUser()
  await stores.users.insert({ user, passwordHash })
  let looks = 0
  const mails: MailStore = {
    ...stores.mails,
    async lease (now, leaseUntil) {
      const found = await stores.mails.lease(now, leaseUntil)
      looks += 1
      if (looks === 1) await queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })
      return found
    }
  }
  const { queue, worker } = createPost(t, { ...stores, mails }, clock, box, { lanes: 1, pollMilliseconds: 600_000 })
  worker.start()
  await until(() => box.messages.length === 1)
  t.ok(looks >= 2)
})

void t.test('What went out but could not be crossed off is crossed off later and not sent again', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const box = createBox()
  let down = true
  const mails: MailStore = {
    ...stores.mails,
    remove: async (id) => {
      if (down) throw new ServiceError('store_unavailable')
      return await stores.mails.remove(id)
    }
  }
  const { queue, worker, logger } = createPost(t, { ...stores, mails }, clock, box)
  const { user, passwordHash } = newUser()
  await stores.users.insert({ user, passwordHash })
  await queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })
  worker.start()
  await until(() => logger.lines.some((line) => line.startsWith('the store does not answer')))
  clock.advance(41)
  await until(() => logger.lines.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 60))
  down = false
  clock.advance(41)
  await until(async () => await stores.mails.count() === 0)
  t.equal(box.messages.length, 1)
  t.equal(logger.lines.filter((line) => line.startsWith('the store')).length, 1)
})

void t.test('A mail sealed with another secret waits for who can open it', async t => {
  const { clock, sent, logger, box } = await createHouse(t, { stores })
  const other = createMailQueue({ store: stores.mails, sealer: createSealer(Buffer.from('another secret of the tests, long enough as well'), 'mail'), clock })
  await other.enqueue({ kind: 'forgot', email: 'ada@example.org' })
  await sent()
  clock.advance(2)
  await sent()
  t.equal(await stores.mails.count(), 1)
  t.equal(box.tries, 0)
  t.equal(logger.lines.filter((line) => line.startsWith('cannot open a mail')).length, 1)
})

void t.test('Stopping finishes what is being sent; what takes too long is broken off and stays in the queue', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const { user, passwordHash } = newUser()
  await stores.users.insert({ user, passwordHash })
  let took = 60
  let begun = 0
  const slow = {
    ...createBox(),
    send: async (_message: unknown, signal?: AbortSignal) => {
      begun += 1
      await new Promise<void>((resolve, reject) => {
        setTimeout(resolve, took).unref()
        signal?.addEventListener('abort', () => { reject(new Error('broken off')) })
      })
    }
  }
  const { queue, worker } = createPost(t, stores, clock, slow, { stopMilliseconds: 200, pollMilliseconds: 5000 })
  worker.start()
  await queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })
  await until(() => begun === 1)
  await worker.stop()
  t.match(await worker.stats(), { sent: 1, waiting: 0 })
  took = 20_000
  await queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })
  await new Promise((resolve) => setTimeout(resolve, 30))
  t.equal(begun, 1, 'nothing is taken up after the stop')
  worker.start()
  await until(() => begun === 2)
  const stopping = performance.now()
  await worker.stop()
  t.ok(performance.now() - stopping < 10_000, 'half as long as it would take')
  t.match(await worker.stats(), { sent: 1, waiting: 1 })
})

void t.test('A mail that takes long to send is held on to', async t => {
  await emptyQueue(stores)
  const clock = createTestClock()
  const { user, passwordHash } = newUser()
  await stores.users.insert({ user, passwordHash })
  const leases: Date[] = []
  let failing = true
  const mails: MailStore = {
    ...stores.mails,
    postpone: async (id, attempts, dueAt) => {
      leases.push(dueAt)
      if (failing) { failing = false; throw new ServiceError('store_unavailable') }
      return await stores.mails.postpone(id, attempts, dueAt)
    }
  }
  let go = (): void => undefined
  const slow = { ...createBox(), send: async () => { await new Promise<void>((resolve) => { go = resolve }) } }
  const { queue, worker } = createPost(t, { ...stores, mails }, clock, slow, { leaseMilliseconds: 2000 })
  worker.start()
  await queue.enqueue({ kind: 'verification', userId: user.id, email: user.email ?? '', orTellOwner: false })
  await until(() => leases.length >= 5)
  t.equal(await stores.mails.lease(clock(), clock()), null, 'nobody else gets it')
  go()
  await until(async () => await stores.mails.count() === 0)
})

void t.test('What its recipient has no place for is looked at less and less often, and at least once an hour', async t => {
  let looks = 0
  const { queue, sent, clock, worker, logger } = await createHouse(t, { stores, worker: { compose: async () => { looks += 1; return { until: new Date(8.64e15) } } } })
  await queue.enqueue({ kind: 'forgot', email: 'ada@example.org' })
  await sent()
  for (let minutes = 5; minutes <= 360; minutes += 5) {
    clock.advance(300)
    await sent()
  }
  t.equal(looks, 12, 'at the beginning and after 5, 15, 30, 50, 75, 105, 140, 180, 225, 275 and 330 minutes')
  clock.advance(3600)
  await sent()
  t.equal(looks, 13)
  t.match(await worker.stats(), { sent: 0, failed: 0, dropped: 0, retries: 0, waiting: 1 })
  for (let hours = 7; hours <= 24; hours += 1) {
    clock.advance(3600)
    await sent()
  }
  t.match(await worker.stats(), { sent: 0, failed: 0, dropped: 1, retries: 0, waiting: 0 }, 'dropped before it is a day old')
  t.same(logger.lines, [])
})

void t.test('What its recipient has no place for is dropped where its link would have expired by the next look', async t => {
  const { queue, sent, clock, worker, logger } = await createHouse(t, { stores, worker: { compose: async ({ createdAt }) => ({ until: new Date(createdAt.getTime() + 3_600_000) }) } })
  await queue.enqueue({ kind: 'forgot', email: 'ada@example.org' })
  for (let minutes = 0; minutes < 50; minutes += 5) {
    await sent()
    clock.advance(300)
  }
  t.match(await worker.stats(), { dropped: 0, waiting: 1 })
  await sent()
  t.match(await worker.stats(), { failed: 0, dropped: 1, waiting: 0 }, 'after 50 minutes: the next look would be at 75')
  t.same(logger.lines, [])
})
