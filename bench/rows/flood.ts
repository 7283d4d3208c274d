// How long others wait while log-ins flood in.
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.js'
import { flood as startFlood, printed, rest } from '../load/generate.js'
import { onCore, output, type Server } from '../processes.js'
import { besideOne, type Lane, type Round, type Row } from '../row.js'
import { gatehouse, loggingIn, usualTokens } from './lanes.js'

const rate = 100
const floodConnections = 64
/** A round shorter than this would have too few requests for a p99. */
const leastSeconds = ({ quick }: Bench): number => quick ? 2 : 10

function flooded (bench: Bench, server: Server, users: number, tokens: readonly string[]): Lane {
  const [bodies, own] = [bench.newFile(), bench.newFile()]
  const logIns = loggingIn(users)
  return {
    async take (asked) {
      const seconds = Math.max(asked, leastSeconds(bench))
      // The flood is there a second before and a second after what is measured.
      const flood = startFlood(server.origin, logIns(seconds + 2), bodies, { connections: floodConnections, seconds: seconds + 2 })
      const [steady, { requests, failed, seconds: took }] = await Promise.all([steadily(server, own, tokens, seconds), flood])
      await rest(server)
      return { ...steady, logInsPerSecond: (requests - failed) / took }
    },
    stop: server.stop
  }
}

async function steadily (server: Server, file: string, tokens: readonly string[], seconds: number): Promise<Round> {
  writeFileSync(file, `${tokens.join('\n')}\n`)
  await sleep(1000)
  const command = [process.execPath, ...process.execArgv, 'bench/load/steady.ts', `${server.origin}/profile`, file, String(rate), String(seconds)]
  const { failed, requests, p50, p99, maximum } = printed(await output([...onCore(1), ...command], { limitSeconds: seconds + 60 })) as Record<'failed' | 'requests' | 'p50' | 'p99' | 'maximum', number>
  if (failed > 0) throw new Error(`${failed} of ${requests} requests to /profile failed`)
  return { p50, p99, maximum }
}

export const floodedPeer = 'Express, bcryptjs'

export const flood: Row = {
  name: 'flood',
  title: 'GET /profile at a steady 100 requests/s while log-ins flood in',
  note: `The flood: ${floodConnections} connections that log in without a pause. A latency counts from when the request was due.`,
  cold: true,
  figures: ['p99', 'p50', 'maximum', 'logInsPerSecond'],
  beside: besideOne(floodedPeer),
  sides: () => [
    {
      name: gatehouse,
      async start (bench) {
        const house = await bench.onSqlite()
        return flooded(bench, await house.start(), house.users, await house.accessTokens(usualTokens))
      }
    },
    {
      name: floodedPeer,
      async start (bench) {
        const house = await bench.peers()
        return flooded(bench, await house.start('Express, bcryptjs'), house.users, await house.accessTokens(usualTokens))
      }
    }
  ]
}
