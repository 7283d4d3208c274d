// The mail that waits, sealed, in the store. A mail is written before the write that causes it, held, and released after: a crash
// between leaves one that finds no cause and is dropped, or one that goes out when the hold has passed. Never none.
import type { Clock } from '../clock.js'
import { isServiceError } from '../errors.js'
import { newId } from '../ids.js'
import type { Sealer } from '../seal.js'
import type { Mail, MailStore } from '../stores/stores.js'
import type { MailJob } from './jobs.js'

/** How long a mail waits for its cause, in seconds. Longer than any write takes. */
const holdSeconds = 30

export interface EnqueueOptions {
  /** Not to be sent for so many seconds, unless it is released. */
  heldSeconds?: number
  /** False: leave it to the worker's next look. For requests whose time must not show what the worker finds to do. */
  wake?: boolean
}

export interface MailQueue {
  /** Writes a mail and answers its id. */
  enqueue (job: MailJob, options?: EnqueueOptions): Promise<string>
  /** A held mail, to be released or cancelled. */
  hold (job: MailJob): Promise<string>
  /** Makes a held mail due. Never rejects: where the store fails, the hold runs out by itself. */
  release (id: string): Promise<void>
  /** Takes a held mail away. Never rejects: where the store fails, the worker finds no cause and drops it. */
  cancel (id: string): Promise<void>
  /** Runs `write` with its mail around it; without one, just runs it. Rejects as `write` does. */
  around<T> (job: MailJob | null, write: () => Promise<T>): Promise<T>
  /** What a mail is about. Throws an Error where it was sealed with another AUTH_SECRET. */
  open (mail: Mail): MailJob
  /** Calls `listener` whenever this process has made a mail due. */
  onDue (listener: () => void): void
}

export interface MailQueueOptions { store: MailStore, sealer: Sealer, clock: Clock }

export function createMailQueue ({ store, sealer, clock }: MailQueueOptions): MailQueue {
  const listeners: Array<() => void> = []
  const tellListeners = (): void => { for (const listener of listeners) listener() }

  async function enqueue (job: MailJob, { heldSeconds = 0, wake = true }: EnqueueOptions = {}): Promise<string> {
    const id = newId()
    const createdAt = clock()
    const dueAt = new Date(createdAt.getTime() + heldSeconds * 1000)
    await store.insert({ id, sealed: sealer.seal(JSON.stringify(job), id), createdAt, attempts: 0, dueAt })
    if (wake && heldSeconds === 0) tellListeners()
    return id
  }

  const hold = (job: MailJob): Promise<string> => enqueue(job, { heldSeconds: holdSeconds })

  async function release (id: string): Promise<void> {
    try {
      await store.postpone(id, 0, clock())
      tellListeners()
    } catch {
      // What caused it is done, and its answer must not say otherwise.
    }
  }

  async function cancel (id: string): Promise<void> {
    await store.remove(id).catch(() => false)
  }

  async function around<T> (job: MailJob | null, write: () => Promise<T>): Promise<T> {
    if (job === null) return await write()
    const id = await hold(job)
    let result: T
    try {
      result = await write()
    } catch (error) {
      // A store that does not answer may have written all the same: then the worker decides.
      if (!isServiceError(error, 'store_unavailable')) await cancel(id)
      throw error
    }
    await release(id)
    return result
  }

  return {
    enqueue,
    hold,
    release,
    cancel,
    around,
    open: ({ id, sealed }) => JSON.parse(sealer.open(sealed, id)) as MailJob,
    onDue: (listener) => { listeners.push(listener) }
  }
}
