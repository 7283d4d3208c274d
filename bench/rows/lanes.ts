// The usual lanes: a server under load, by what it is asked.
import type { Bench } from '../bench.js'
import { measure, type Target } from '../load/generate.js'
import type { Core, Server } from '../processes.js'
import type { Lane } from '../row.js'
import { type Ceiling, startCeiling } from '../servers/recorded.js'
import type { PeerName } from '../servers/peers.js'
import { logIns, registrations } from '../population.js'

export const personsPage = '/persons?limit=50'
/** More than any server here hashes in a second. */
const hashesPerSecond = 300

export interface LoadedOptions { connections?: number, core?: Core, leastSeconds?: number }

/** Loads `server` with what `targetOf` gives for a round of so many seconds; ends the server with the lane. */
export function loaded (bench: Bench, server: Server, targetOf: (seconds: number) => Target | Promise<Target>, { connections = 64, core = 1, leastSeconds = 1 }: LoadedOptions = {}): Lane {
  const file = bench.newFile()
  return {
    async take (asked) {
      const seconds = Math.max(asked, leastSeconds)
      return await measure(server, await targetOf(seconds), file, { connections, seconds, core })
    },
    stop: server.stop
  }
}

/** GET `path` with `tokens`. */
export const reading = (path: string, tokens: readonly string[]) => (): Target => ({ path, kind: 'replay', lines: tokens })
export const loggingIn = (users: number) => (seconds: number): Target => ({ path: '/login', kind: 'replay', lines: logIns(users, hashesPerSecond * seconds) })
export const registering = (seconds: number): Target => ({ path: '/register', kind: 'replay', lines: registrations(hashesPerSecond * seconds) })

export const gatehouse = 'Gatehouse, SQLite'
export const gatehouseOnMongodb = 'Gatehouse, MongoDB'
export const usualTokens = 500

export async function gatehouseReading (bench: Bench, path: string, { tokens = usualTokens, env = {}, ...options }: LoadedOptions & { tokens?: number, env?: Record<string, string> } = {}): Promise<Lane> {
  const house = await bench.onSqlite()
  return loaded(bench, await house.start(env), reading(path, await house.accessTokens(tokens)), options)
}

export async function peerReading (bench: Bench, name: PeerName, path: string, { tokens = usualTokens, size, ...options }: LoadedOptions & { tokens?: number, size?: number } = {}): Promise<Lane> {
  const house = await bench.peers(size)
  return loaded(bench, await house.start(name), reading(path, await house.accessTokens(tokens)), options)
}

/** A ceiling that sends what Gatehouse on SQLite does. */
export async function ceilingReading (bench: Bench, kind: Ceiling, path: string, options: LoadedOptions = {}): Promise<Lane> {
  const house = await bench.onSqlite()
  const tokens = await house.accessTokens(usualTokens)
  const model = await house.start()
  try {
    return loaded(bench, await startCeiling(bench, kind, model, path, tokens[0] as string), reading(path, tokens), options)
  } finally {
    await model.stop()
  }
}
