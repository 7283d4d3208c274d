// POST /refresh, /login and /register.
import type { Bench } from '../bench.js'
import { printed } from '../load/generate.js'
import { output, onCore } from '../processes.js'
import { type House, argon2Parameters } from '../servers/gatehouse.js'
import type { PeerName } from '../servers/peers.js'
import { besideOne, type Figure, type Lane, type Round, type Row, type Side } from '../row.js'
import { gatehouse, gatehouseOnMongodb, loaded, type LoadedOptions, loggingIn, registering } from './lanes.js'

const usual: readonly Figure[] = ['requestsPerSecond', 'cpuMicroseconds', 'p50', 'p99', 'p999']

/** Sessions that begin a round, each with a refresh token that nobody has used: well more than connections. */
const sessions = 2048

async function refreshing (bench: Bench, house: House, connections: number, environment: Record<string, string> = {}): Promise<Lane> {
  return loaded(bench, await house.start(environment), async () => ({ path: '/refresh', kind: 'refresh', lines: await house.refreshTokens(sessions) }), { connections })
}

const refreshed = (connections: number): string => `${gatehouse}, ${connections === 1 ? '1 connection' : `${connections} connections`}`
export const refreshGoalSide = refreshed(64)

const refresh: Row = {
  name: 'refresh',
  title: 'POST /refresh',
  note: `${sessions.toLocaleString('en')} sessions, each token used once, EdDSA; every answer is on disk before it is sent (SQLite).`,
  figures: usual,
  beside: besideOne(refreshGoalSide),
  sides: () => [
    ...[64, 1, 256].map((connections): Side => ({ name: refreshed(connections), slow: connections !== 64, start: async (bench) => refreshing(bench, await bench.onSqlite(), connections) })),
    { name: `${gatehouseOnMongodb}, 64 connections`, slow: true, start: async (bench) => refreshing(bench, await bench.onMongodb(), 64) }
  ]
}

/** A refresh signs an access token; nothing of it is kept. */
const refreshAlgorithms: Row = {
  name: 'refresh-algorithms',
  title: 'POST /refresh by the algorithm of the access tokens',
  note: `64 connections, ${sessions.toLocaleString('en')} sessions; each answer holds an access token just signed.`,
  slow: true,
  warmUp: 15,
  figures: usual,
  beside: besideOne('EdDSA'),
  sides: () => (['EdDSA', 'ES256', 'HS256'] as const).map((name): Side => ({ name, start: async (bench) => refreshing(bench, await bench.onSqlite(), 64, { JWT_ALGORITHM: name }) }))
}

export const argon2Alone = 'argon2 alone'

/** The library with the same parameters, on the core of the servers. */
function alone (bench: Bench, what: 'hash' | 'verify'): Side {
  const { memoryKib, time, parallelism } = argon2Parameters
  return {
    name: argon2Alone,
    start: async () => ({
      async take (asked) {
        const seconds = Math.max(asked, hashing(bench).leastSeconds)
        const command = [process.execPath, ...process.execArgv, 'bench/servers/argon2-alone.ts', what, String(seconds), String(memoryKib), String(time), String(parallelism)]
        return printed(await output([...onCore(0), ...command], { limitSeconds: seconds + 30 })) as Round
      },
      stop: async () => undefined
    })
  }
}

/** Few connections: who waits for a hash waits for those before. Long rounds: there are not many hashes in a second. */
const hashing = ({ quick }: Bench): LoadedOptions & { leastSeconds: number } => ({ connections: 8, leastSeconds: quick ? 2 : 3 })

function besideHashing (name: 'login' | 'register', what: 'hash' | 'verify'): Row {
  const peer = (peerName: PeerName, slow = false): Side => ({
    name: peerName,
    slow,
    async start (bench) {
      const house = await bench.peers()
      return loaded(bench, await house.start(peerName), name === 'login' ? loggingIn(house.users) : registering, hashing(bench))
    }
  })
  const on = async (bench: Bench, house: House): Promise<Lane> => loaded(bench, await house.start(), name === 'login' ? loggingIn(house.users) : registering, hashing(bench))
  return {
    name,
    title: `POST /${name}`,
    note: `8 connections, another account each time. Gatehouse: argon2id m=${argon2Parameters.memoryKib}, t=${argon2Parameters.time}, p=${argon2Parameters.parallelism}; the peers: bcrypt(10), the one of 2018 in JavaScript (bcryptjs).`,
    figures: usual,
    beside: besideOne(argon2Alone),
    sides: (bench) => [
      { name: gatehouse, start: async () => on(bench, await bench.onSqlite()) },
      alone(bench, what),
      peer('Express, current versions'),
      peer('Express, versions of 2018', true),
      peer('NestJS, current versions', true),
      peer('NestJS, versions of 2018', true),
      { name: gatehouseOnMongodb, slow: true, start: async (bench) => on(bench, await bench.onMongodb()) }
    ]
  }
}

export const writes: readonly Row[] = [refresh, refreshAlgorithms, besideHashing('login', 'verify'), besideHashing('register', 'hash')]
