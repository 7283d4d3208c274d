// Starts the thread that writes, from the built program as from its sources.
import { Worker } from 'node:worker_threads'

/** Beside this file, and built or not as this file is. */
const program = new URL(import.meta.url.replace(/thread(?=\.[jt]s$)/, 'writer-thread'))

export function startThread (path: string, execArgv: readonly string[] = process.execArgv): Worker {
  return new Worker(execArgv.some(argument => argument.includes('/tsx/')) ? withTsx() : program, { workerData: { path } })
}

/** On Node 20 tsx registers itself in the main thread only; the test runner's loader, and a built program, need no help. */
function withTsx (): URL {
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const source = `import { register } from ${tsx}; register(); await import(${JSON.stringify(program.href)})`
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`)
}
