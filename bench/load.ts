// Starts servers and puts load on them, a core for each side, for a bounded time.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Round { requestsPerSecond: number, p99Milliseconds: number, failed: number }

function has (command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const pinned = has('taskset')
const client = has('wrk') ? 'wrk' : 'autocannon'
export const tools = `${client}, ${pinned ? 'server on core 0, client on core 1' : 'cores not pinned'}`

/** Runs a command on one core, where the system can. */
function onCore (core: number, command: string, args: string[]): [string, string[]] {
  return pinned ? ['taskset', ['-c', String(core), command, ...args]] : [command, args]
}

/** Starts a server on core 0 and waits until `url` answers; at most 30 s. */
export async function startServer (command: string, args: string[], url: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(...onCore(0, command, args), { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`)
    if (await fetch(url).then((reply) => reply.ok, () => false)) return child
    await sleep(100)
  }
  throw new Error(`${url} does not answer`)
}

export async function stopServer (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function output (command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  await once(child, 'close')
  return text
}

/** Loads `url` from core 1 with keep-alive connections. */
export async function load (url: string, { connections, seconds, headers = {} }: { connections: number, seconds: number, headers?: Record<string, string> }): Promise<Round> {
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  return client === 'wrk' ? await wrk(url, connections, seconds, flags) : await autocannon(url, connections, seconds, flags)
}

const unit: Record<string, number> = { us: 0.001, ms: 1, s: 1000 }

async function wrk (url: string, connections: number, seconds: number, flags: string[]): Promise<Round> {
  const text = await output(...onCore(1, 'wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...flags, url]))
  const [, value = 'NaN', name = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? []
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    p99Milliseconds: Number(value) * (unit[name] ?? 1),
    failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0)
  }
}

interface AutocannonReport { requests: { average: number }, latency: { p99: number }, non2xx: number, errors: number }

async function autocannon (url: string, connections: number, seconds: number, flags: string[]): Promise<Round> {
  const text = await output(...onCore(1, 'npx', ['autocannon', '-j', '-c', String(connections), '-d', String(seconds), ...flags, url]))
  const { requests, latency, non2xx, errors } = JSON.parse(text) as AutocannonReport
  return { requestsPerSecond: requests.average, p99Milliseconds: latency.p99, failed: non2xx + errors }
}

export function median (values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
