// What browsers offer and Node does not, or not yet: named here, so that one file compiles and runs in both.

export interface Locks { request (name: string, options: { signal?: AbortSignal | undefined }, task: () => Promise<void>): Promise<void> }

interface Surroundings {
  localStorage?: { getItem (key: string): string | null, setItem (key: string, value: string): void, removeItem (key: string): void }
  navigator?: { locks?: Locks }
  document?: { visibilityState: string, addEventListener (type: string, listener: () => void): void, removeEventListener (type: string, listener: () => void): void }
}

export const surroundings = globalThis as unknown as Surroundings

/** Resolves after so many milliseconds, or rejects with the signal's reason. */
export async function sleep (milliseconds: number, signal?: AbortSignal): Promise<void> {
  await abortable(new Promise((resolve) => { setTimeout(resolve, milliseconds) }), signal)
}

/** Runs the work with this signal, or where it has a limit, with one that aborts then as well: AbortSignal.timeout and .any are not everywhere. */
export async function limited<T> (work: (signal: AbortSignal | undefined) => Promise<T>, signal?: AbortSignal, milliseconds?: number): Promise<T> {
  if (milliseconds === undefined) return await work(signal)
  const controller = new AbortController()
  const abort = (): void => { controller.abort() }
  const timer = setTimeout(abort, milliseconds)
  signal?.addEventListener('abort', abort)
  return await work(controller.signal).finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  })
}

/** The promise's outcome, or the signal's reason as soon as it aborts. What the promise stands for goes on for others. */
export async function abortable<T> (promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return await promise
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => { reject(signal.reason as Error) }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => { signal.removeEventListener('abort', abort) })
  })
}
