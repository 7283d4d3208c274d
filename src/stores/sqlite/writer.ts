// The main thread's side of writing: hands writes to the thread that does them, so that nobody here waits for a disk.
import type { Worker } from 'node:worker_threads'
import { ServiceError } from '../../errors.js'
import type { Fault, Operation, Reply } from './commit.js'
import { startThread } from './thread.js'
import type { Arguments, Result, Verb } from './verbs.js'

export interface Logger { error (facts: object, message: string): void }

export interface Writer {
  /** Resolves when the write is on disk. Rejects with the refusal, or with `store_unavailable`. */
  run <V extends Verb> (verb: V, ...args: Arguments<V>): Promise<Result<V>>
  /** Lets what is under way finish, then ends the thread. */
  close (): Promise<void>
}

interface Waiting { resolve: (value: unknown) => void, reject: (error: Error) => void }

export function createWriter (path: string, logger?: Logger, startThis: (path: string) => Worker = startThread): Writer {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let idle: (() => void) | undefined
  let closed: Promise<void> | undefined
  let numbers = 0

  /** Starts the thread, at first and after it died. */
  function start (): Worker {
    let cause: unknown = new Error('The thread that writes has ended.')
    const started = startThis(path)
    started.on('message', (replies: Reply[]) => { replies.forEach(settle) })
    started.on('error', error => { cause = error })
    started.on('exit', () => {
      worker = undefined
      if (waiting.size === 0 && closed !== undefined) return
      logger?.error({ err: cause }, 'The thread that writes to the database died; the next write starts another.')
      for (const number of [...waiting.keys()]) take(number)?.reject(new ServiceError('store_unavailable', { cause }))
    })
    return started
  }

  function take (number: number): Waiting | undefined {
    const one = waiting.get(number)
    waiting.delete(number)
    if (waiting.size === 0) idle?.()
    return one
  }

  function settle (reply: Reply): void {
    const one = take(reply.number)
    if (reply.outcome === 'done') one?.resolve(reply.value)
    else one?.reject(new ServiceError(reply.outcome === 'refused' ? reply.kind : 'store_unavailable', { cause: errorOf(reply.fault) }))
  }

  async function drain (): Promise<void> {
    if (waiting.size > 0) await new Promise<void>(resolve => { idle = resolve })
    const last = worker
    if (last === undefined) return
    const gone = new Promise(resolve => last.once('exit', resolve))
    last.postMessage(null)
    await gone
  }

  return {
    async run (verb, ...args) {
      if (closed !== undefined) throw new ServiceError('store_unavailable', { cause: new Error('The store is closed.') })
      worker ??= start()
      const operation: Operation = { number: ++numbers, verb, args }
      worker.postMessage(operation)
      return new Promise((resolve, reject) => {
        waiting.set(operation.number, { resolve: resolve as Waiting['resolve'], reject })
      })
    },
    close: async () => closed ??= drain()
  }
}

function errorOf ({ message, code, errcode }: Fault): Error {
  return Object.assign(new Error(message), { code, errcode })
}
