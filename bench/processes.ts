// Processes on a core of their own: started, watched (CPU, memory), and ended with the bench whatever happens.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../scripts/mongodb-server.js'

export const root = fileURLToPath(new URL('..', import.meta.url))

export const has = (command: string): boolean => spawnSync('which', [command], { stdio: 'ignore' }).status === 0
export const pinned = has('taskset')

/** `any`: wherever the system puts it. */
export type Core = 0 | 1 | 'any'

/** The words before a command that keep it on a core, where the system can. */
export function onCore (core: Core): string[] {
  return pinned && core !== 'any' ? ['taskset', '-c', String(core)] : []
}

const children = new Set<ChildProcess>()
process.once('exit', () => { for (const child of children) child.kill('SIGKILL') })

function start (command: readonly string[], env: Record<string, string>, stdout: 'ignore' | 'pipe', cwd = root): ChildProcess {
  const [file = '', ...args] = command
  const child = spawn(file, args, { cwd, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, stdio: ['ignore', stdout, 'pipe'] })
  children.add(child)
  // Told by who waits for it.
  child.on('error', () => undefined)
  child.once('exit', () => children.delete(child))
  return child
}

const runs = ({ pid, exitCode, signalCode }: ChildProcess): boolean => pid !== undefined && exitCode === null && signalCode === null

export interface Server {
  origin: string
  /** From its start until it took a connection. */
  startMilliseconds: number
  /** The CPU time that it and its children have had, in microseconds; NaN where the system does not tell. */
  cpuMicroseconds (): number
  /** The memory of it and its children. */
  residentMiB (): number
  stop (): Promise<void>
}

export interface ServerOptions {
  command: readonly string[]
  env: Record<string, string>
  core?: Core
  /** Answers 2xx once it can be measured. */
  readyPath?: string
}

/** A server that takes longer is not waited for. */
const startMilliseconds = 60_000

/** Starts a server that listens on PORT; its output is thrown away, as /dev/null takes a log. Rejects unless it is ready within a minute. */
export async function startServer ({ command, env, core = 0, readyPath }: ServerOptions): Promise<Server> {
  const port = await freePort()
  const began = performance.now()
  const child = start([...onCore(core), ...command], { ...env, PORT: String(port) }, 'ignore')
  let complaint = ''
  child.stderr?.on('data', (part: Buffer) => { complaint = (complaint + part.toString()).slice(-2000) })
  const origin = `http://127.0.0.1:${port}`
  const stop = async (): Promise<void> => { await end(child) }

  /** Asks every few milliseconds; rejects where the server is gone or does not come. */
  async function until (holds: () => Promise<boolean>, pause: number): Promise<void> {
    while (!await holds()) {
      if (!runs(child)) throw new Error(`the server did not start: ${complaint.trim() || `exit ${String(child.exitCode)}`}`)
      if (performance.now() - began > startMilliseconds) {
        await stop()
        throw new Error(`the server was not ready within ${startMilliseconds / 1000} s`)
      }
      await sleep(pause)
    }
  }
  await until(() => listens(port), 2)
  const listeningAfter = performance.now() - began
  if (readyPath !== undefined) await until(() => fetch(origin + readyPath, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false), 50)
  return {
    origin,
    startMilliseconds: listeningAfter,
    cpuMicroseconds: () => sum(family(child.pid as number).map(cpuOf)),
    residentMiB: () => sum(family(child.pid as number).map(residentOf)),
    stop
  }
}

async function listens (port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const came = await Promise.race([once(socket, 'connect').then(() => true, () => false), sleep(500, false, { ref: false })])
  socket.destroy()
  return came
}

async function end (child: ChildProcess): Promise<void> {
  if (!runs(child)) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const impatient = setTimeout(() => { child.kill('SIGKILL') }, 12_000)
  await gone
  clearTimeout(impatient)
}

/** What a command prints. Rejects unless it ends with 0 within `limitSeconds`. */
export async function output (command: readonly string[], { core = 'any', env = {}, cwd = root, limitSeconds }: { core?: Core, env?: Record<string, string>, cwd?: string, limitSeconds: number }): Promise<string> {
  const child = start([...onCore(core), ...command], env, 'pipe', cwd)
  let [text, complaint] = ['', '']
  child.stdout?.on('data', (part: Buffer) => { text += part.toString() })
  child.stderr?.on('data', (part: Buffer) => { complaint += part.toString() })
  const late = setTimeout(() => { child.kill('SIGKILL') }, limitSeconds * 1000)
  // `error`: it could not even be started.
  const code = await Promise.race([once(child, 'close').then(([code]) => code as number | null, () => null), once(child, 'error').then(() => null)])
  clearTimeout(late)
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code ?? `a signal (limit ${limitSeconds} s)`}: ${complaint.slice(-500).trim()}`)
  return text
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Nothing where the process is gone, or the system has no such files. */
function read (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** A process and all that came of it. */
function family (pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter((text) => text !== '').map(Number)
  return [pid, ...children.flatMap(family)]
}

/** Ticks are a hundredth of a second on every Linux that Node runs on. utime and stime are the 14th and 15th fields (proc_pid_stat(5)); the
 * name before them may hold spaces. */
function cpuOf (pid: number): number {
  const [utime, stime] = read(`/proc/${pid}/stat`).replace(/^.*\) /, '').split(' ').slice(11, 13)
  return (Number(utime) + Number(stime)) * 10_000
}

function residentOf (pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? Number.NaN) / 1024
}
