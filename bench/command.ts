// The operator's command as a process that is watched: how long it takes, and how much memory.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Ended { code: number | null, signal: string | null, out: string }

/** Starts `gatehouse ...args` of the build, with `folder` as DATA_DIR. */
export function gatehouse (folder: string, ...args: string[]): { child: ChildProcess, ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['bin/gatehouse.cjs', ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DATA_DIR: folder } })
  let out = ''
  child.stdout.on('data', (part: Buffer) => { out += part.toString() })
  return { child, ended: once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, out })) }
}

/** The highest resident set of the process in MiB, as Linux counted it until it ended. */
async function peakOf ({ pid }: ChildProcess, over: () => boolean): Promise<number> {
  let peak = 0
  while (!over()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    await sleep(50)
  }
  return peak
}

/** Runs the command to its end, or to SIGKILL after `killAfterMilliseconds`, and prints what it took. */
export async function measure (what: string, folder: string, args: string[], killAfterMilliseconds = Infinity): Promise<{ out: string, milliseconds: number }> {
  const began = performance.now()
  const { child, ended } = gatehouse(folder, ...args)
  let over = false
  void ended.then(() => { over = true })
  const killing = killAfterMilliseconds === Infinity ? undefined : setTimeout(() => { child.kill('SIGKILL') }, killAfterMilliseconds)
  const peak = await peakOf(child, () => over)
  const { code, signal, out } = await ended
  clearTimeout(killing)
  const milliseconds = performance.now() - began
  console.log(`${what}: ${signal ?? `exit ${String(code)}`}, ${(milliseconds / 1000).toFixed(1)} s, peak RSS ${peak.toFixed(0)} MiB`)
  return { out, milliseconds }
}
