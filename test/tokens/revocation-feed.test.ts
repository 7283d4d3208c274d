// The feed: how soon it knows, what an outage does to it, that readings never overlap.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { newId } from '../../src/ids.js'
import type { RevocationStore } from '../../src/stores/stores.js'
import { createDenyList } from '../../src/tokens/deny-list.js'
import { createRevocationFeed } from '../../src/tokens/revocation-feed.js'
import { createTestClock, createTestStores } from './support.js'

function build (pollMilliseconds: number, given?: Pick<RevocationStore, 'page'>) {
  const clock = createTestClock()
  const state = createTestStores()
  const denyList = createDenyList({ accessTokenSeconds: 600, clock })
  const logged: string[] = []
  const log = (_fields: object, message: string) => { logged.push(message) }
  const feed = createRevocationFeed({ store: given ?? state.stores.revocations, denyList, pollMilliseconds, accessTokenSeconds: 600, clock, logger: { info: log, warn: log, error: log } })
  const end = (sid = newId()) => { state.revocations.push({ kind: 'session', sessionId: sid, at: clock() }); return { sid, sub: newId(), role: 'client' as const } }
  return { clock, state, denyList, feed, end, logged }
}

/** Waits until it holds, at most a minute: the machine may be busy. */
async function until (holds: () => boolean): Promise<boolean> {
  for (let left = 6000; left > 0 && !holds(); left -= 1) await sleep(10)
  return holds()
}

t.test('the first reading takes what may still matter, and then the feed is ready', async (t) => {
  const { clock, state, denyList, feed, end } = build(1000)
  const old = end()
  clock.advance(661)
  const recent = end()
  t.notOk(feed.ready)
  t.equal(feed.lagMilliseconds(), Number.POSITIVE_INFINITY)
  const before = performance.now()
  await feed.start()
  await feed.start()
  t.equal(state.calls.page, 1, 'starting twice reads once')
  t.ok(feed.ready)
  t.ok(denyList.denies(recent))
  t.notOk(denyList.denies(old), 'no token that old is alive')
  t.ok(feed.lagMilliseconds() <= performance.now() - before)
  await feed.stop()
})

t.test('what is more than one reading takes is read to its end before anybody is let in', async (t) => {
  const { feed, state, denyList, end } = build(1000)
  const ended = Array.from({ length: 2500 }, () => end())
  await feed.start()
  t.equal(state.calls.page, 3)
  t.equal(ended.filter((claims) => denyList.denies(claims)).length, 2500)
  await feed.stop()
})

t.test('a stop does not wait for the rest of a long first reading', async (t) => {
  let pages = 0
  const endless: Pick<RevocationStore, 'page'> = {
    async page () {
      await sleep(1)
      return { revocations: [], cursor: String(pages += 1), more: true }
    }
  }
  const { feed } = build(1000, endless)
  const started = feed.start()
  await sleep(20)
  await feed.stop()
  await started
  t.ok(pages > 0)
  t.notOk(feed.ready, 'what was not read to its end lets nobody in')
})

t.test('what another process revokes is known within the promised time', async (t) => {
  const { feed, denyList, end } = build(600)
  await feed.start()
  for (let round = 0; round < 3; round += 1) {
    await sleep(round * 90)
    const ended = end()
    await sleep(600)
    t.ok(denyList.denies(ended))
  }
  await feed.stop()
})

t.test('an outage is told once, survived, and nothing of its time is lost', async (t) => {
  const { feed, state, denyList, end, logged } = build(20)
  state.down = true
  await feed.start()
  t.notOk(feed.ready, 'not ready while nothing was read')
  const first = end()
  await sleep(60)
  t.notOk(denyList.denies(first))
  state.down = false
  t.ok(await until(() => feed.ready))
  t.ok(denyList.denies(first))
  state.down = true
  const second = end()
  t.ok(await until(() => logged.length === 3))
  await sleep(40)
  t.ok(feed.ready, 'what was read stays')
  t.ok(feed.lagMilliseconds() >= 30, 'and the lag tells')
  state.down = false
  t.ok(await until(() => denyList.denies(second) && logged.length === 4))
  t.same(logged, ['could not read revocations; trying again', 'reading revocations again', 'could not read revocations; trying again', 'reading revocations again'])
  await feed.stop()
})

t.test('a slow store is asked one thing at a time, and stopping waits for it', async (t) => {
  let open = 0
  let most = 0
  let calls = 0
  const slow: Pick<RevocationStore, 'page'> = {
    async page () {
      calls += 1
      most = Math.max(most, ++open)
      await sleep(50)
      open -= 1
      return { revocations: [], cursor: '0', more: false }
    }
  }
  const { feed } = build(2, slow)
  await feed.start()
  await sleep(120)
  await feed.stop()
  t.equal(most, 1)
  t.equal(open, 0, 'nothing is under way after stop')
  const after = calls
  await sleep(80)
  t.equal(calls, after, 'and nothing begins')
})
