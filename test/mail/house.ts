// What mail and recovery live in, for tests: a real store, a clock that can be moved on, and a box for what is sent.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { createAudit } from '../../src/audit.js'
import { createComposer } from '../../src/mail/compose.js'
import { createMailLimit } from '../../src/mail/limit.js'
import { createMailLinks } from '../../src/mail/links.js'
import type { MailLog } from '../../src/mail/log.js'
import type { Mailer, Message } from '../../src/mail/mailer.js'
import { createMailQueue } from '../../src/mail/queue.js'
import { createMailWorker, type MailWorkerOptions } from '../../src/mail/worker.js'
import { createPasswordCheck } from '../../src/password-check.js'
import { createPasswordHasher } from '../../src/passwords/hasher.js'
import { createPasswordPolicy } from '../../src/passwords/policy.js'
import { createRecovery, mailsAnHour, type RecoveryOptions } from '../../src/recovery.js'
import { readSubjects, subjects } from '../../src/mail/subjects.js'
import { createSealer } from '../../src/seal.js'
import { createSessions } from '../../src/sessions.js'
import { openSqliteStores } from '../../src/stores/sqlite/index.js'
import type { MailStore, Stores, User } from '../../src/stores/stores.js'
import { createDenyList } from '../../src/tokens/deny-list.js'
import { createLoginGuard } from '../../src/throttling/login-guard.js'
import { createRefreshTokens } from '../../src/tokens/refresh-token.js'
import { createTestClock, type TestClock } from '../helpers/clock.js'
import { dropDatabase, patientStores, testDatabaseUrl } from '../helpers/database.js'
import { sampleUser } from '../stores/contract/samples.js'

export const authSecret = Buffer.from('a secret of the tests that is longer than 32 bytes')
export const device = { ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }
export const config = {
  productName: 'Gatehouse & Söhne',
  subjects: readSubjects((variable) => `{product}: ${Object.values(subjects).find((one) => one.variable === variable)?.preset}`),
  resetUrl: 'https://id.example.org/reset',
  verifyUrl: 'https://id.example.org/verify',
  resetSeconds: 1800,
  verificationSeconds: 86_400
}

export async function until (isSo: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!await isSo()) {
    if (performance.now() > end) throw new Error('What the test waits for did not come to be.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function createMailLog (): MailLog & { lines: string[] } {
  const lines: string[] = []
  const write = (facts: object, text: string): void => { lines.push(`${text} ${JSON.stringify(facts)}`) }
  return { lines, info: write, warn: write, error: write }
}

/** Keeps what it is to send; rejects with `failWith` where that is set. */
export function createBox (): Mailer & { messages: Message[], failWith: Error | null, tries: number } {
  const box = {
    messages: [] as Message[],
    failWith: null as Error | null,
    tries: 0,
    async send (message: Message): Promise<void> {
      box.tries += 1
      if (box.failWith !== null) throw box.failWith
      box.messages.push(message)
    },
    async close (): Promise<void> {}
  }
  return box
}

export async function openStores (t: Test): Promise<{ stores: Stores, path: string, another: () => Promise<Stores> }> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mail-'))
  const path = join(folder, 'gatehouse.db')
  const url = testDatabaseUrl(folder)
  const another = async (): Promise<Stores> => {
    const stores = await patientStores(t, url) ?? await openSqliteStores({ path })
    t.teardown(async () => { await stores.close() })
    // MongoDB's indexes are made when it is first asked.
    await until(async () => await stores.ping().then(() => true, () => false))
    return stores
  }
  t.teardown(async () => {
    await dropDatabase(url)
    rmSync(folder, { recursive: true, force: true })
  })
  return { stores: await another(), path, another }
}

/** Takes away what an earlier test has left waiting. */
export async function emptyQueue ({ mails }: Stores): Promise<void> {
  const farAhead = new Date(Date.now() + 86_400_000_000)
  for (let left = await mails.lease(farAhead, farAhead); left !== null; left = await mails.lease(farAhead, farAhead)) await mails.remove(left.id)
}

export type House = Awaited<ReturnType<typeof createHouse>>

/** One process's worth of mail over `stores`. */
export function createPost (t: Test, stores: Stores, clock: TestClock, mailer: Mailer, more: Partial<MailWorkerOptions> = {}) {
  const logger = createMailLog()
  const queue = createMailQueue({ store: stores.mails, sealer: createSealer(authSecret, 'mail'), clock })
  const limit = createMailLimit({ counters: stores.counters, clock, places: mailsAnHour })
  const compose = createComposer({ stores, links: createMailLinks({ authSecret, store: stores.oneTimeTokens, clock }), limit, audit: createAudit({ store: stores.audit, clock }), clock, config })
  const worker = createMailWorker({ store: stores.mails, queue, compose, mailer, from: 'Gatehouse <no-reply@example.org>', clock, logger, pollMilliseconds: 20, ...more })
  t.teardown(() => worker.stop())
  return { queue, limit, compose, worker, logger }
}

export async function createHouse (t: Test, how: Partial<RecoveryOptions['config']> & { stores?: Stores, worker?: Partial<MailWorkerOptions> } = {}) {
  const { stores, path } = how.stores === undefined ? await openStores(t) : { stores: how.stores, path: '' }
  const clock = createTestClock()
  const box = createBox()
  await emptyQueue(stores)
  let idle = 0
  // With one lane, whoever asks for a mail has finished with the one before.
  const watched: MailStore = {
    ...stores.mails,
    async lease (now, leaseUntil) {
      const mail = await stores.mails.lease(now, leaseUntil)
      if (mail === null) idle += 1
      return mail
    }
  }
  const post = createPost(t, stores, clock, box, { store: watched, lanes: 1, ...how.worker })
  const audit = createAudit({ store: stores.audit, clock })
  const hasher = createPasswordHasher({ argon2: { memoryKib: 256, time: 1, parallelism: 1 }, slots: 2, queue: 200 })
  const policy = createPasswordPolicy({ minLength: 8, commonPasswords: new Set(['password1']) })
  const sessions = createSessions({ stores, refreshTokens: createRefreshTokens(authSecret), denyList: createDenyList({ accessTokenSeconds: 600, clock }), audit, clock, idleSeconds: 86_400 * 30, maxSeconds: 86_400 * 90, graceSeconds: 10 })
  const { verification = 'optional', signInMail = true } = how
  const guard = createLoginGuard({ counters: stores.counters, clock })
  const passwords = createPasswordCheck({ users: stores.users, hasher, guard, audit, clock })
  const recovery = createRecovery({ stores, sessions, hasher, policy, passwords, mail: post.queue, audit, guard, clock, config: { verification, signInMail } })

  async function add (otherwise: Partial<User> = {}, password = 'the old password'): Promise<User & { email: string }> {
    const user = sampleUser({ createdAt: clock(), updatedAt: clock(), ...otherwise })
    await stores.users.insert({ user, passwordHash: await hasher.hash(password) })
    return { ...user, email: user.email ?? '' }
  }

  /** Lets the worker run until nothing is due any more, and answers what went out. */
  async function sent (): Promise<Message[]> {
    const [before, idleBefore] = [box.messages.length, idle]
    post.worker.start()
    await until(() => idle > idleBefore)
    await post.worker.stop()
    return box.messages.slice(before)
  }

  return { stores, path, clock, box, audit, hasher, policy, sessions, recovery, add, sent, ...post }
}

/** The token in the link of a message. */
export function tokenOf (message: Message | undefined): string {
  return /#token=([\w-]+)/.exec(message?.text ?? '')?.[1] ?? ''
}
