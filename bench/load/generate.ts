// Puts load on a server from core 1, for a bounded time: wrk where it is installed, autocannon else.
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { has, onCore, output, pinned, type Core, type Server } from '../processes.js'
import type { Round } from '../row.js'

const client = has('wrk') ? 'wrk' : 'autocannon'
export const tools = `${client}, ${pinned ? 'server on core 0, load generator on core 1' : 'cores not pinned'}`

export interface Target {
  path: string
  /** `replay`: each line a Bearer token of a GET, or the JSON body of a POST. `refresh`: each line a refresh token that nobody used. `mix`:
   * lines of all of these, and paths with commas between; needs wrk. */
  kind: 'replay' | 'refresh' | 'mix'
  lines: readonly string[]
  /** Of all requests of a mix: 0 to 1. */
  shares?: { refreshes: number, logIns: number }
}

export interface LoadOptions { connections: number, seconds: number, core?: Core }

/** What a load generator tells. Latencies in milliseconds. */
export interface Report { requests: number, seconds: number, failed: number, p50: number, p99: number, p999: number }

/** What a programme of the bench has printed after the word BENCH. */
export function printed (text: string): unknown {
  const [, json] = /^BENCH (.*)$/m.exec(text) ?? []
  if (json === undefined) throw new Error(`nothing was measured: ${text.slice(0, 200)}`)
  return JSON.parse(json)
}

/** A server that has less than this in 100 ms has nothing to do. */
const idleMicroseconds = 10_000

/** A share of answers that were not 2xx, or did not come, above this makes the figures worthless. */
const tolerated = 0.01

/** Loads a server, whatever it answers. `file` is where the lines are put for the generator. */
export async function flood (origin: string, { path, kind, lines, shares }: Target, file: string, { connections, seconds, core = 1 }: LoadOptions): Promise<Report> {
  if (kind === 'mix' && client !== 'wrk') throw new Error('a mix of requests is sent by wrk, which is not installed')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const words = [path, file, String(randomInt(2 ** 20)), ...(shares === undefined ? [] : [String(shares.refreshes), String(shares.logIns)])]
  const limitSeconds = seconds + 30
  const text = client === 'wrk'
    ? await output([...onCore(core), 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', `${kind}.lua`, origin, '--', ...words], { cwd: new URL('../wrk', import.meta.url).pathname, limitSeconds })
    : await output([...onCore(core), process.execPath, ...process.execArgv, 'bench/load/autocannon.ts', kind, origin, String(connections), String(seconds), ...words], { limitSeconds })
  return printed(text) as Report
}

/** Loads a server that is to answer. Rejects where it does not, or refuses. */
export async function load (origin: string, target: Target, file: string, options: LoadOptions): Promise<Report> {
  const report = await flood(origin, target, file, options)
  if (report.requests === 0) throw new Error(`nothing was answered within ${options.seconds} s`)
  if (report.failed > report.requests * tolerated) throw new Error(`${report.failed} of ${report.requests} requests to ${target.path} failed`)
  return report
}

/** One round of load on a server, with the CPU time that it took. At the end every connection waits for an answer that is not read any more;
 * the server works on it all the same, so those requests count for the CPU time. */
export async function measure (server: Server, target: Target, file: string, options: LoadOptions): Promise<Round> {
  const before = server.cpuMicroseconds()
  const { requests, seconds, p50, p99, p999 } = await load(server.origin, target, file, options)
  await rest(server)
  return { requestsPerSecond: requests / seconds, cpuMicroseconds: (server.cpuMicroseconds() - before) / (requests + options.connections), p50, p99, p999 }
}

/** Waits until the server has done what is left of a load, so that the next side has the core to itself; at most 15 s. */
export async function rest (server: Server): Promise<void> {
  const until = performance.now() + 15_000
  for (let before = Number.NEGATIVE_INFINITY; server.cpuMicroseconds() > before + idleMicroseconds && performance.now() < until;) {
    before = server.cpuMicroseconds()
    await sleep(100)
  }
}
