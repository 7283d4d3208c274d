// SECURITY.md C: hours of ordinary use, with trouble now and then, and what the process holds meanwhile.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { password } from '../../test/helpers/client.js'
import { atOnce, tally } from '../at-once.js'
import { startFaultProxy } from '../fault-proxy.js'
import { type Holdings, holdings } from '../holdings.js'
import { startLoad } from '../load.js'
import { type Row, stores } from '../row.js'
import type { Scene, Service } from '../scene.js'
import { startSmtpPeer } from '../smtp-peer.js'

const lanes = 4
/** How much more a process may hold at the end than after the first trouble. */
const leak = { files: 10, sockets: 10, mebibytes: 48 }

interface Trouble { name: string, begin (): Promise<unknown>, end (): Promise<unknown> }

/** Many log-ins at one moment, more than the queue takes. */
async function burst ({ origin }: Service): Promise<void> {
  await atOnce(Array.from({ length: 150 }, (_, index) => ({ origin, method: 'POST', path: '/login', json: { email: `burst${index}@example.com`, password } })))
}

/** Connections that say half a request and go. */
async function cutConnections ({ origin }: Service): Promise<void> {
  const { hostname, port } = new URL(origin)
  await Promise.all(Array.from({ length: 100 }, async () => await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write('POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"email":', () => { socket.resetAndDestroy() })
    })
    socket.on('error', () => undefined)
    socket.on('close', () => { resolve() })
  })))
}

/** The service, with a mail server and, where the store is a server, a network between that can be taken away. */
async function prepare (scene: Scene) {
  const peer = await startSmtpPeer()
  const proxy = scene.store === 'mongodb' ? await startFaultProxy(scene.databaseUrl) : null
  const service = await scene.start({
    ACCESS_TOKEN_TTL: '1m', REFRESH_IDLE_TTL: '10m', REFRESH_GRACE: '1m', HASH_QUEUE: '64', SMTP_URL: peer.url, ...(proxy !== null && { DATABASE_URL: proxy.url })
  })
  const nothing = async (): Promise<void> => undefined
  const troubles: Trouble[] = [
    { name: 'a burst of log-ins', begin: async () => { await burst(service) }, end: nothing },
    { name: 'the mail server is down', begin: async () => { await peer.become({ kind: 'down' }) }, end: async () => { await peer.become({ kind: 'well' }) } },
    { name: 'connections are cut', begin: async () => { await cutConnections(service) }, end: nothing }
  ]
  if (proxy !== null) troubles.push({ name: 'the database is away', begin: async () => { await proxy.suffer({ kind: 'refuse' }) }, end: async () => { await proxy.suffer({ kind: 'none' }) } })
  return { peer, proxy, service, troubles }
}

export const soak: Row = {
  section: 'C',
  name: 'soak',
  title: `${lanes} clients read, write, refresh and log in at half of what the service can do, for 20 minutes, with access tokens of a minute; every two ` +
    'minutes a trouble: a burst of log-ins, no mail server, cut connections, no database',
  asked: `at the end at most ${leak.files} open files, ${leak.sockets} sockets and ${leak.mebibytes} MiB more than after the first troubles; only 200 or, in trouble, 503`,
  stores,
  async run (scene) {
    const { peer, proxy, service, troubles } = await prepare(scene)
    try {
      const [every, times] = scene.long ? [120_000, 10] : [4000, 4]
      const members = await Promise.all(Array.from({ length: lanes }, async () => await service.client.register()))
      const load = startLoad(service.client, members, scene.long ? 60 : 30)
      const held: Holdings[] = []
      for (let round = 0; round < times; round += 1) {
        const trouble = troubles[round % troubles.length] as Trouble
        await trouble.begin()
        await sleep(every / 4)
        await trouble.end()
        await sleep(every * 3 / 4)
        held.push(holdings(service))
      }
      await load.stop()
      const statuses = load.samples.map(({ status }) => status)
      // Each kind of trouble has been there once.
      const [first, last] = [held[Math.min(troubles.length, times - 1) - 1] as Holdings, held.at(-1) as Holdings]
      const more = { files: last.files - first.files, sockets: last.sockets - first.sockets, mebibytes: last.mebibytes - first.mebibytes }
      const flat = more.files <= leak.files && more.sockets <= leak.sockets && more.mebibytes <= leak.mebibytes
      const answers = statuses.length > 0 && statuses.every((status) => status === 200 || status === 503) && statuses.at(-1) === 200
      return {
        passed: flat && answers,
        figure: `${tally(statuses)}; memory ${held.map(({ mebibytes }) => mebibytes).join(', ')} MiB, files ${held.map(({ files }) => files).join(', ')}, sockets ${held.map(({ sockets }) => sockets).join(', ')}`
      }
    } finally {
      await peer.close()
      await proxy?.close()
    }
  }
}
