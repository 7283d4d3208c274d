// From the start of the process to listening, and its memory: idle and under load.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.js'
import { load } from '../load/generate.js'
import type { Server } from '../processes.js'
import { besideOne, type Lane, type Row, type Side } from '../row.js'
import type { PeerName } from '../servers/peers.js'
import { gatehouse, usualTokens } from './lanes.js'

/** Starts anew for each round. */
function started (bench: Bench, start: () => Promise<Server>, tokens: readonly string[]): Lane {
  const file = bench.newFile()
  return {
    async take (seconds) {
      const server = await start()
      try {
        await sleep(2000)
        const idleMiB = server.residentMiB()
        await load(server.origin, { path: '/profile', kind: 'replay', lines: tokens }, file, { connections: 64, seconds })
        return { startMilliseconds: server.startMilliseconds, idleMiB, loadedMiB: server.residentMiB() }
      } finally {
        await server.stop()
      }
    },
    stop: async () => undefined
  }
}

function peer (name: PeerName, slow = false): Side {
  return {
    name,
    slow,
    async start (bench) {
      const house = await bench.peers()
      return started(bench, async () => await house.start(name), await house.accessTokens(usualTokens))
    }
  }
}

export const start: Row = {
  name: 'start',
  title: 'Start and memory',
  note: 'Start: until the process takes a connection, compiled, on a store that is there. Idle: two seconds later. Loaded: after a round of GET /profile with 64 connections.',
  cold: true,
  figures: ['startMilliseconds', 'idleMiB', 'loadedMiB'],
  beside: besideOne('Express, current versions'),
  sides: () => [
    {
      name: gatehouse,
      async start (bench) {
        const house = await bench.onSqlite()
        return started(bench, async () => await house.start(), await house.accessTokens(usualTokens))
      }
    },
    peer('Express, current versions'),
    peer('Express, versions of 2018', true),
    peer('NestJS, current versions', true),
    peer('NestJS, versions of 2018', true)
  ]
}
