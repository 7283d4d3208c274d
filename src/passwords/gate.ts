// Bounded concurrency: so many tasks at once, so many waiting, and a refusal at once for whoever comes after.
import { ServiceError } from '../errors.js'

export interface GateStats { slots: number, running: number, waiting: number, refused: number }

export interface Gate {
  /** Runs the task in a slot, first come first served. Rejects with `busy`, having done nothing, when the queue is full. */
  run<T> (task: () => Promise<T>): Promise<T>
  /** Does work that comes to `run` in its midst, with so much of it at once as slots and queue hold. Rejects with `busy`, having done
   * nothing, beyond that and while the queue is full: what is refused is to cost nothing before either. */
  admit<T> (work: () => Promise<T>): Promise<T>
  /** From now on nobody waits: who does is refused with `busy`, and so is who comes while every slot is taken. */
  shed (): void
  stats (): GateStats
}

interface Waiting { go (): void, refuse (error: ServiceError): void }

export function createGate ({ slots, queue }: { slots: number, queue: number }): Gate {
  const waiting: Waiting[] = []
  let places = queue
  let running = 0
  let admitted = 0
  let refused = 0

  // The slot goes straight to the longest waiting, so that nobody who has just come can slip in between.
  function release (): void {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next.go()
  }

  function refusal (): ServiceError {
    refused += 1
    return new ServiceError('busy')
  }

  async function run<T> (task: () => Promise<T>): Promise<T> {
    if (running < slots) {
      running += 1
    } else if (waiting.length < places) {
      await new Promise<void>((resolve, reject) => waiting.push({ go: resolve, refuse: reject }))
    } else {
      throw refusal()
    }
    try {
      return await task()
    } finally {
      release()
    }
  }

  async function admit<T> (work: () => Promise<T>): Promise<T> {
    const isFull = running >= slots && waiting.length >= places
    if (isFull || admitted >= slots + places) throw refusal()
    admitted += 1
    try {
      return await work()
    } finally {
      admitted -= 1
    }
  }

  function shed (): void {
    places = 0
    for (const { refuse } of waiting.splice(0)) refuse(refusal())
  }

  return { run, admit, shed, stats: () => ({ slots, running, waiting: waiting.length, refused }) }
}
