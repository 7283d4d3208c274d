// Bounded concurrency: so many tasks at once, so many waiting, and a refusal at once for whoever comes after.
import { ServiceError } from '../errors.js'

export interface GateStats { slots: number, running: number, waiting: number, refused: number }

export interface Gate {
  /** Runs the task in a slot, first come first served. Rejects with `busy`, having done nothing, when the queue is full. */
  run<T> (task: () => Promise<T>): Promise<T>
  stats (): GateStats
}

export function createGate ({ slots, queue }: { slots: number, queue: number }): Gate {
  const waiting: Array<() => void> = []
  let running = 0
  let refused = 0

  // The slot goes straight to the longest waiting, so that nobody who has just come can slip in between.
  function release (): void {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  async function run<T> (task: () => Promise<T>): Promise<T> {
    if (running < slots) {
      running += 1
    } else if (waiting.length < queue) {
      await new Promise<void>(resolve => waiting.push(resolve))
    } else {
      refused += 1
      throw new ServiceError('busy')
    }
    try {
      return await task()
    } finally {
      release()
    }
  }

  return { run, stats: () => ({ slots, running, waiting: waiting.length, refused }) }
}
