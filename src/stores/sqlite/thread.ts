// Starts the thread that writes, from the built program as from its sources.
import { Worker } from 'node:worker_threads'

/** Beside this file, and built or not as this file is. */
const program = new URL(import.meta.url.replace(/thread(?=\.[jt]s$)/, 'writer-thread'))

export function startThread (path: string): Worker {
  return new Worker(program, { workerData: { path } })
}
