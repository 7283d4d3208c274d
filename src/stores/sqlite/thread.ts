// Starts the thread that writes, from the built program as from its sources.
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Beside this file, or the bundle that this file is in; built or not as this file is. */
const program = new URL(`writer-thread${extname(import.meta.url)}`, import.meta.url)

export function startThread (path: string): Worker {
  return new Worker(program, { workerData: { path } })
}
