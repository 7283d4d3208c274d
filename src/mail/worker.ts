// Sends the mail that is due: a few at once, each by one process, until it has gone or has lost its sense.
import type { Clock } from '../clock.js'
import type { Mail, MailStore } from '../stores/stores.js'
import type { Composed, Composer } from './compose.js'
import type { MailJob } from './jobs.js'
import { type MailLog, maskAddress } from './log.js'
import { type Mailer, MailRefused } from './mailer.js'
import type { MailQueue } from './queue.js'

export interface MailWorkerOptions {
  store: MailStore
  queue: MailQueue
  compose: Composer
  mailer: Mailer
  /** MAIL_FROM */
  from: string
  clock: Clock
  logger: MailLog
  /** How often the store is asked when nothing wakes the worker. */
  pollMilliseconds?: number
  /** How many at once. */
  lanes?: number
  /** A mail belongs to its process for so long, and is held on to while it is being sent: after a crash it is free again in time. */
  leaseMilliseconds?: number
  /** How long `stop` waits for what is being sent before it breaks off. */
  stopMilliseconds?: number
}

export interface MailStats { sent: number, failed: number, dropped: number, retries: number, waiting: number }

export interface MailWorker {
  start (): void
  /** Finishes what is being sent, takes up nothing more. */
  stop (): Promise<void>
  /** Something may be due. */
  wake (): void
  /** What this process did since its start, and how many wait in the store. Rejects as the store does. */
  stats (): Promise<MailStats>
}

const longestBackOff = 30_000
const longestPause = 15_000
const giveUpAfter = 86_400_000
const refusalsUntilGivenUp = 10
/** What its recipient has no place for is looked at again after so long, and after so much longer each time: it may be thousands that wait. */
const laterMilliseconds = 5 * 60_000
const latestMilliseconds = 60 * 60_000

export function createMailWorker (options: MailWorkerOptions): MailWorker {
  const { store, queue, compose, mailer, from, clock, logger, pollMilliseconds = 1000, lanes = 4, leaseMilliseconds = 40_000, stopMilliseconds = 5000 } = options
  const counts = { sent: 0, failed: 0, dropped: 0, retries: 0 }
  const busy = new Set<Promise<void>>()
  /** Gone out, but the store has not heard of it yet. */
  const gone = new Set<string>()
  let running = false
  let active = 0
  let missed = false
  let storeFailing = false
  let failuresInARow = 0
  let pausedUntil = 0
  let timer: NodeJS.Timeout | undefined
  let breakOff = new AbortController()

  const inMilliseconds = (milliseconds: number): Date => new Date(clock().getTime() + milliseconds)
  const doubling = (times: number, longest: number): number => Math.min(longest, 1000 * 2 ** Math.min(times - 1, 20))

  async function finish (mail: Mail): Promise<void> {
    await store.remove(mail.id)
    gone.delete(mail.id)
  }

  async function giveUp (mail: Mail, facts: object, why: string): Promise<void> {
    counts.failed += 1
    logger.error({ mailId: mail.id, attempts: mail.attempts, ...facts }, why)
    await finish(mail)
  }

  async function tryLater (mail: Mail): Promise<void> {
    counts.retries += 1
    await store.postpone(mail.id, mail.attempts, inMilliseconds(doubling(mail.attempts, longestBackOff)))
  }

  async function send (mail: Mail, { to, subject, text, html }: Composed): Promise<void> {
    const renewal = setInterval(() => {
      store.postpone(mail.id, mail.attempts, inMilliseconds(leaseMilliseconds)).catch(() => false)
    }, leaseMilliseconds / 4)
    try {
      await mailer.send({ id: mail.id, from, to, subject, text, html }, breakOff.signal)
    } finally {
      clearInterval(renewal)
    }
  }

  async function deliver (mail: Mail, job: MailJob, message: Composed): Promise<void> {
    const facts = { kind: job.kind, to: maskAddress(message.to) }
    try {
      await send(mail, message)
    } catch (err) {
      const refused = err instanceof MailRefused
      if (refused && err.permanent && mail.attempts >= refusalsUntilGivenUp) return await giveUp(mail, facts, 'gave up a mail: the mail server refuses it')
      if (!refused) takeBreath(err)
      return await tryLater(mail)
    }
    if (failuresInARow > 0) logger.info({}, 'mail goes out again')
    failuresInARow = 0
    pausedUntil = 0
    gone.add(mail.id)
    counts.sent += 1
    await finish(mail)
  }

  /** The server is not well: one try at a time, further and further apart, whatever is due. */
  function takeBreath (err: unknown): void {
    if (failuresInARow === 0) logger.warn({ code: (err as { code?: unknown }).code ?? 'unknown' }, 'mail does not go out; trying again')
    failuresInARow += 1
    pausedUntil = performance.now() + doubling(failuresInARow, longestPause)
  }

  async function handle (mail: Mail): Promise<void> {
    if (gone.has(mail.id)) return await finish(mail)
    const givenUpAt = mail.createdAt.getTime() + giveUpAfter
    if (clock().getTime() >= givenUpAt) return await giveUp(mail, {}, 'gave up a mail: it did not go out for a day')
    let job: MailJob
    try {
      job = queue.open(mail)
    } catch {
      // Another process may have the secret that it was sealed with.
      if (mail.attempts === 1) logger.error({ mailId: mail.id }, 'cannot open a mail: it was sealed with another AUTH_SECRET')
      return await tryLater(mail)
    }
    const message = await compose(mail, job)
    if (typeof message === 'object' && 'to' in message) return await deliver(mail, job, message)
    if (message === 'expired') return await giveUp(mail, { kind: job.kind }, 'gave up a mail: its link has expired')
    const nextLook = inMilliseconds(Math.min(mail.attempts * laterMilliseconds, latestMilliseconds))
    // Whoever names a stranger's address by the dozen is to fill no log, and no links that have expired are to take the places of others: what
    // has not found one in time is dropped as others beyond a limit.
    if (typeof message === 'object' && nextLook < message.until && nextLook.getTime() < givenUpAt) return void await store.postpone(mail.id, mail.attempts, nextLook)
    counts.dropped += 1
    await finish(mail)
  }

  /** Mail after mail until none is due. */
  async function lane (): Promise<void> {
    active += 1
    try {
      while (running && performance.now() >= pausedUntil && (failuresInARow === 0 || active === 1)) {
        missed = false
        const mail = await store.lease(clock(), inMilliseconds(leaseMilliseconds))
        if (mail === null && !missed) break
        if (mail === null) continue
        if (failuresInARow === 0) wake()
        await handle(mail)
        storeFailing = false
      }
    } catch (err) {
      if (!storeFailing) logger.warn({ err }, 'the store does not answer the mail worker; trying again')
      storeFailing = true
    } finally {
      active -= 1
    }
  }

  function wake (): void {
    missed = true
    if (!running || active >= lanes) return
    const one = lane().finally(() => { busy.delete(one) })
    busy.add(one)
  }

  function poll (): void {
    wake()
    timer = setTimeout(poll, pollMilliseconds).unref()
  }

  queue.onDue(wake)

  return {
    start () {
      if (running) return
      running = true
      breakOff = new AbortController()
      poll()
    },
    async stop () {
      running = false
      clearTimeout(timer)
      const bound = setTimeout(() => { breakOff.abort() }, stopMilliseconds)
      await Promise.all(busy)
      clearTimeout(bound)
    },
    wake,
    async stats () {
      return { ...counts, waiting: await store.count() }
    }
  }
}
