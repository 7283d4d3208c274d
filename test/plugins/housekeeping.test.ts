// Housekeeping: what goes and what stays, in steps that never overlap, on whichever store the tests run on.
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import t, { type Test } from 'tap'
import housekeeping, { type HousekeepingOptions } from '../../plugins/housekeeping.js'
import type { Clock } from '../../src/clock.js'
import type { Stores, SweepCounts } from '../../src/stores/stores.js'
import { createTestApp } from '../helpers/app.js'
import { createTestLog } from '../helpers/log.js'
import { sampleEntry, sampleSession, sampleToken } from '../stores/contract/samples.js'

const nothing: SweepCounts = { sessions: 0, oneTimeTokens: 0, counters: 0, audit: 0 }
const day = 86_400_000

/** The plugin alone, over `sweep`. Started. */
async function start (t: Test, stores: Pick<Stores, 'sweep'>, options: HousekeepingOptions, clock: Clock = () => new Date()) {
  const log = createTestLog('debug')
  const app: FastifyInstance = Fastify({ loggerInstance: log.logger as FastifyBaseLogger })
  const given: Record<string, object> = { context: { config: { auditRetentionDays: 30 }, clock }, stores: { stores }, tokens: { longestTokenSeconds: 600 } }
  for (const [name, members] of Object.entries(given)) {
    await app.register(fp(async (scope: FastifyInstance) => { for (const [key, value] of Object.entries(members)) scope.decorate(key, value) }, { name }))
  }
  await app.register(housekeeping, options)
  await app.ready()
  t.teardown(() => app.close())
  return { app, log }
}

async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 10_000; tries += 1) {
    if (await holds()) return
    await sleep(5)
  }
  throw new Error('It did not come to pass.')
}

t.test('what tokens may still ask for, what devices are known by and what is to be kept stays; the rest goes', async (t) => {
  const { app: { stores }, clock } = await createTestApp(t)
  const ago = (milliseconds: number): Date => new Date(clock().getTime() - milliseconds)
  const feed = 660_000
  const [stays, goes] = await Promise.all([[90 * day, feed, 30 * day, 0] as const, [90 * day + 1000, feed + 1000, 30 * day + 1000, 1000] as const].map(async ([session, rest, audit, more]) => {
    const ended = sampleSession({ endedAt: ago(session), endReason: 'logout', createdAt: ago(session), lastUsedAt: ago(session), expiresAt: ago(session), maxExpiresAt: ago(session) })
    const token = sampleToken({ createdAt: ago(rest + 1000), expiresAt: ago(rest) })
    const entry = sampleEntry({ at: ago(audit) })
    await stores.sessions.insert(ended)
    await stores.oneTimeTokens.insert(token)
    await stores.audit.append(entry)
    await stores.counters.hit(`counter ${more}`, ago(rest + 1000), ago(rest))
    return { ended, token, entry, counter: `counter ${more}` }
  }))
  if (stays === undefined || goes === undefined) throw new Error('Two were made.')
  await start(t, stores, { everyMilliseconds: 20 }, clock)
  await until(async () => await stores.audit.count({}) === 1 && await stores.sessions.find(goes.ended.id) === null)
  t.same(await stores.audit.page({ after: null, limit: 9 }), [stays.entry])
  t.same(await stores.sessions.find(stays.ended.id), stays.ended)
  const [past, asked] = [ago(feed + 500), 'password_reset' as const]
  t.same(await stores.oneTimeTokens.find(stays.token.hash, asked, past), stays.token)
  t.equal(await stores.oneTimeTokens.find(goes.token.hash, asked, ago(feed + 1500)), null)
  t.not(await stores.counters.read(stays.counter, past), null)
  t.equal(await stores.counters.read(goes.counter, ago(feed + 1500)), null)
})

t.test('two instances sweep one store and do each other no harm', async (t) => {
  const { app: { stores }, clock } = await createTestApp(t)
  for (let index = 0; index < 60; index += 1) await stores.audit.append(sampleEntry({ at: new Date(clock().getTime() - 31 * day) }))
  const instances = await Promise.all([1, 2].map(() => start(t, stores, { everyMilliseconds: 10, pauseMilliseconds: 1, rowsAtOnce: 7 }, clock)))
  await until(async () => await stores.audit.count({}) === 0)
  for (const { log } of instances) t.same(log.lines().filter(({ level }) => level > 30), [])
})

t.test('a step that took all it may is followed by the next soon, one that did not only after a while', async (t) => {
  const limits: number[] = []
  const times: number[] = []
  const sweep: Stores['sweep'] = async (_before, _auditBefore, limit) => {
    limits.push(limit)
    times.push(performance.now())
    return { ...nothing, audit: limits.length < 5 ? limit : limit - 1 }
  }
  const { log } = await start(t, { sweep }, { everyMilliseconds: 1000, pauseMilliseconds: 1, rowsAtOnce: 3 })
  await until(() => times.length === 6)
  const [last = 0, ...pauses] = times.slice(1).map((time, index) => time - Number(times[index])).reverse()
  // The shortest while is 500. The machine may have stood still in one of four.
  t.ok(pauses.filter((pause) => pause < 499).length >= 3, `five after ${pauses.join(', ')} ms`)
  t.ok(last >= 499, `the sixth after ${last} ms`)
  t.same(limits, [3, 3, 3, 3, 3, 3])
  t.ok(log.lines('swept').length >= 5)
})

t.test('steps never overlap, however long one takes, and closing waits for the one under way', async (t) => {
  let under = 0
  let most = 0
  let finished = 0
  const sweep = async (): Promise<SweepCounts> => {
    under += 1
    most = Math.max(most, under)
    await sleep(30)
    under -= 1
    finished += 1
    return nothing
  }
  const { app } = await start(t, { sweep }, { everyMilliseconds: 1, pauseMilliseconds: 1 })
  await until(() => finished === 3 && under === 1)
  await app.close()
  t.equal(under, 0, 'nothing is under way')
  t.equal(most, 1)
  const then = finished
  await sleep(60)
  t.equal(finished, then, 'and nothing begins')
})

t.test('a store that is down is told once, and swept when it is back', async (t) => {
  let calls = 0
  const sweep = async (): Promise<SweepCounts> => {
    calls += 1
    if (calls !== 4) throw new Error('down')
    return nothing
  }
  const { log } = await start(t, { sweep }, { everyMilliseconds: 1 })
  await until(() => calls > 7)
  t.equal(log.lines('could not sweep; trying again').length, 2)
})
