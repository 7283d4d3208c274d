// A service of several workers, as a process that tests start and signal.
import type { Test } from 'tap'
import { testEnvironment } from '../helpers/config.js'
import { type RunOptions, type Running, startService } from '../helpers/process.js'
import { until } from '../helpers/until.js'

export interface Workers extends Running {
  /** Of all that have come to serve, in the order in which they did. */
  pids (): number[]
  /** Lines of the log with this text. */
  lines (text: string): string[]
}

export async function startWorkers (t: Test, environment: Record<string, string> = {}, options: RunOptions = {}): Promise<Workers> {
  const service = await startService(t, { ...testEnvironment(t), WORKERS: '2', ...environment }, options)
  const lines = (text: string): string[] => service.stdout().split('\n').filter((line) => line.includes(text))
  const pids = (): number[] => lines('Gatehouse is serving').map((line) => (JSON.parse(line) as { pid: number }).pid)
  // The primary may have written that all serve before the last of them has written that it does.
  await until(async () => lines('all workers serve').length === 1 && pids().length === Number(environment['WORKERS'] ?? 2))
  return { ...service, lines, pids }
}

export function isAlive (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
