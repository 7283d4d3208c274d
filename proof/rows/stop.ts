// SECURITY.md B: the process ends, by a signal or otherwise, and begins again.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, password } from '../../test/helpers/client.js'
import { atOnce, type Hit, type Shot, tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import type { Scene, Service } from '../scene.js'

const grace = 1000
const exitWithin = 10_000
const inFlight = 200
/** From the last byte of the requests to the signal: enough for the service to have read them, not to have answered. */
const underWay = 50
/** That log in: enough that none is tried too often. */
const accounts = 20

/** A rotated token, its successor and a logged-out session, and what must become of them after a restart. */
async function prepare (client: Client) {
  const [rotated, out] = [await client.register(), await client.register()]
  const { body: successor } = await client.post('/refresh', { json: { refreshToken: rotated.refreshToken } })
  await client.post('/logout', { token: out.accessToken })
  const since = performance.now()
  return async function judge (after: Client): Promise<boolean> {
    const refresh = async (refreshToken: unknown) => await after.post('/refresh', { json: { refreshToken } })
    const reused = [await after.get('/persons?limit=1', { token: out.accessToken }), await refresh(out.refreshToken)]
    await sleep(Math.max(0, grace + 100 - (performance.now() - since)))
    const replayed = await refresh(rotated.refreshToken)
    const winner = await refresh(successor.refreshToken)
    return [...reused, replayed, winner].every(({ status }) => status === 401) && replayed.code === 'refresh_reused'
  }
}

export const restart: Row = {
  section: 'B',
  name: 'restart',
  title: 'restart, by SIGTERM and by kill -9 in turn; then replay a rotated refresh token after its grace, and reuse a logged-out session',
  asked: '401',
  stores,
  async run (scene) {
    const times = scene.long ? 20 : 2
    let right = 0
    let service = await scene.start({ REFRESH_GRACE: `${grace / 1000}s` })
    for (let round = 0; round < times; round += 1) {
      const judge = await prepare(service.client)
      await service.stop(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
      service = await scene.start({ REFRESH_GRACE: `${grace / 1000}s` })
      if (await judge(service.client)) right += 1
    }
    return { passed: right === times, figure: `${right} of ${times}` }
  }
}

/** Half of them log in, half register: all of them wait for a hash. */
function shotsAt (origin: string, emails: readonly string[], round: number): Shot[] {
  return Array.from({ length: inFlight }, (_, index) => index % 2 === 0
    ? { origin, method: 'POST', path: '/login', json: { email: emails[index / 2 % emails.length], password } }
    : { origin, method: 'POST', path: '/register', json: { email: `late-${round}-${index}@example.com`, password } })
}

async function stopUnder (service: Service, shots: readonly Shot[]): Promise<{ hits: Hit[], code: number | null, took: number }> {
  let stopping: Promise<{ code: number | null, took: number }> | undefined
  const hits = await atOnce(shots, () => {
    stopping = sleep(underWay).then(async () => {
      const began = performance.now()
      return { code: await service.stop(), took: performance.now() - began }
    })
  })
  return { hits, ...await stopping as { code: number | null, took: number } }
}

async function accountsOf (scene: Scene): Promise<Set<unknown>> {
  const lines = (await scene.operate(['user', 'list', '--json'])).trim().split('\n')
  return new Set(lines.map((line) => (JSON.parse(line) as { email: unknown }).email))
}

export const terminate: Row = {
  section: 'B',
  name: 'sigterm',
  title: `SIGTERM with ${inFlight} requests in flight, half of them registrations`,
  asked: `all finish or 503; what was answered 201 is there; exit 0 in ≤ ${exitWithin / 1000} s`,
  stores,
  async run (scene) {
    const times = scene.long ? 20 : 1
    const statuses: number[] = []
    const codes: Array<number | null> = []
    const acknowledged: unknown[] = []
    let fewest = inFlight
    let slowest = 0
    for (let round = 0; round < times; round += 1) {
      const service = await scene.start()
      const emails = await Promise.all(Array.from({ length: accounts }, async () => (await service.client.register()).email))
      const { hits, code, took } = await stopUnder(service, shotsAt(service.origin, emails, round))
      statuses.push(...hits.map(({ status }) => status))
      codes.push(code)
      acknowledged.push(...hits.filter(({ status }) => status === 201).map(({ body }) => (body.user as { email: unknown }).email))
      fewest = Math.min(fewest, hits.filter(({ milliseconds }) => milliseconds > underWay).length)
      slowest = Math.max(slowest, took)
    }
    const there = await accountsOf(scene)
    const lost = acknowledged.filter((email) => !there.has(email)).length
    const answered = statuses.every((status) => [200, 201, 503].includes(status))
    const exits = [...new Set(codes)].map(String).join(', ')
    return {
      passed: answered && lost === 0 && exits === '0' && slowest <= exitWithin,
      figure: `${tally(statuses)} in ${times} rounds, at least ${fewest} in flight; ${lost} registrations lost; ` +
        `exit ${exits} in at most ${Math.round(slowest)} ms`
    }
  }
}
