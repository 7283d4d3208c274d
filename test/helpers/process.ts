// The service as a process of its own: started, waited for, stopped by a signal, its output kept.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { builtCommand } from '../../scripts/built-service.js'
import { plain } from '../../scripts/typescript-plain.js'
import { overSocket } from './transports.js'
import { unrecorded } from './unrecorded.js'
import { until } from './until.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Exit { code: number | null, signal: NodeJS.Signals | null }
export interface Running {
  /** Where it listens. */
  origin: string
  stdout (): string
  stderr (): string
  /** Resolves when the process has ended, also where others still hold its output open. */
  gone: Promise<unknown>
  signal (signal: NodeJS.Signals): void
  /** Sends the signal and answers how the process ended. */
  stop (signal?: NodeJS.Signals): Promise<Exit>
}

export interface RunOptions {
  /** Whether it runs under the loaders of this process, so that coverage counts; that takes it ten times as long to start. */
  isCounted?: boolean
  /** A program of the tests that is run in place of the service alone. */
  program?: string
}

/** Runs the service with nothing but `environment`: the built one, which starts in a third of the time, or out of its sources. */
export function run (t: Test, environment: Record<string, string>, { isCounted = false, program }: RunOptions = {}) {
  const built = program === undefined ? [builtCommand(), 'start'] : [plain(program)]
  const [command, args] = isCounted ? [process.execPath, [...process.execArgv, 'scripts/dev.ts']] : unrecorded(built)
  const child = spawn(command, args, { cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...(isCounted && tapsOwn()), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { out: '', err: '' }
  child.stdout.on('data', (part: Buffer) => { output.out += part.toString() })
  child.stderr.on('data', (part: Buffer) => { output.err += part.toString() })
  const gone = new Promise((resolve) => { child.on('exit', resolve) })
  const exited = new Promise<Exit>((resolve) => { child.on('close', (code, signal) => { resolve({ code, signal }) }) })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, output, gone, exited }
}

/** What tap tells the processes it starts, so that theirs are measured too. */
function tapsOwn (): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /^_?TAP|^TS_NODE|^NODE_V8_COVERAGE/.test(name)))
}

/** Starts the service and resolves when it serves. */
export async function startService (t: Test, environment: Record<string, string>, options: RunOptions = {}): Promise<Running> {
  const { child, output, gone, exited } = run(t, { PORT: '0', ...environment }, options)
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /Server listening at (http:[^"]+)/.exec(output.out)?.[1]
      if (found !== undefined && output.out.includes('Gatehouse is serving')) resolve(found)
    })
    void exited.then(({ code }) => { reject(new Error(`The service ended with ${String(code)}: ${output.err}${output.out}`)) })
  })
  const probe = overSocket(origin)
  await until(async () => (await probe({ method: 'GET', url: '/health/ready', headers: {}, body: undefined })).status === 200)
  return {
    origin,
    stdout: () => output.out,
    stderr: () => output.err,
    gone,
    signal (signal) { child.kill(signal) },
    async stop (signal = 'SIGTERM') {
      child.kill(signal)
      return await exited
    }
  }
}
