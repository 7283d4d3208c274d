// SECURITY.md C: the database dies under load and comes back, again and again.
import { setTimeout as sleep } from 'node:timers/promises'
import { tally } from '../at-once.js'
import { type Holdings, holdings } from '../holdings.js'
import { quantile, type Sample, startLoad } from '../load.js'
import type { Row } from '../row.js'
import type { Scene } from '../scene.js'

const p99Within = 2000
const wellWithin = 5000
const lanes = 8
/** What a process may hold more after the last outage than after the first. */
const leak = { files: 10, mebibytes: 48 }

interface Outage { before: Sample[], during: Sample[], well: number }

/** How long after `up` the last request was sent that did not succeed, in milliseconds. */
function wellAfter (samples: readonly Sample[], up: number): number {
  const failed = samples.filter(({ at, status }) => at >= up && status !== 200)
  return Math.max(0, ...failed.map(({ at, milliseconds }) => at + milliseconds - up))
}

interface Played { outages: Outage[], held: Holdings[] }

async function play (scene: Scene, downMilliseconds: number, times: number): Promise<Played> {
  const server = await scene.ownServer()
  // So that the session of a client whose refresh was done and not told outlives the outage.
  const service = await scene.start({ REFRESH_GRACE: '1m' })
  const members = []
  for (let index = 0; index < lanes; index += 1) members.push(await service.client.register())
  const load = startLoad(service.client, members, 40)
  const outages: Outage[] = []
  const held = []
  for (let round = 0; round < times; round += 1) {
    const began = performance.now()
    await sleep(scene.long ? 5000 : 1500)
    const killed = performance.now()
    await server.kill()
    await sleep(downMilliseconds)
    await server.start()
    const up = performance.now()
    await sleep(wellWithin * 1.5)
    outages.push({
      before: load.samples.filter(({ at, milliseconds }) => at >= began && at + milliseconds < killed),
      during: load.samples.filter(({ at, milliseconds }) => at + milliseconds >= killed && at < up),
      well: wellAfter(load.samples, up)
    })
    held.push(holdings(service))
  }
  await load.stop()
  return { outages, held }
}

export const diesUnderLoad: Row = {
  section: 'C',
  name: 'database-dies',
  title: `the database is killed (kill -9) under load and back after 10 s, 5 times; ${lanes} clients read, write, refresh and log in`,
  asked: `only 200 before; 200 or 503 meanwhile, p99 ≤ ${p99Within / 1000} s; error rate 0 within ${wellWithin / 1000} s of its return; ` +
    `after the last outage at most ${leak.files} open files and ${leak.mebibytes} MiB more than after the first`,
  stores: ['mongodb'],
  async run (scene) {
    const { outages, held } = await play(scene, scene.long ? 10_000 : 2000, scene.long ? 5 : 1)
    const before = outages.flatMap(({ before }) => before).map(({ status }) => status)
    const meanwhile = outages.flatMap(({ during }) => during)
    const p99 = quantile(meanwhile.map(({ milliseconds }) => milliseconds), 0.99)
    const well = Math.max(...outages.map(({ well }) => well))
    const [first, last] = [held[0], held.at(-1)] as [typeof held[0], typeof held[0]]
    const files = (last?.files ?? 0) - (first?.files ?? 0)
    const mebibytes = (last?.mebibytes ?? 0) - (first?.mebibytes ?? 0)
    const answers = before.length > 0 && before.every((status) => status === 200) && meanwhile.some(({ status }) => status === 503) &&
      meanwhile.every(({ status }) => status === 200 || status === 503)
    const passed = answers && p99 <= p99Within && well <= wellWithin && files <= leak.files && mebibytes <= leak.mebibytes
    const figure = `before ${tally(before)}; meanwhile ${tally(meanwhile.map(({ status }) => status))}, p99 ${Math.round(p99)} ms; ` +
      `errors end ${Math.round(well)} ms after its return; ${files} files and ${mebibytes} MiB more`
    return { passed, figure }
  }
}
