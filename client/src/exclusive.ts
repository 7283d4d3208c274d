// One at a time: among all tabs by the Web Locks API, or within this process where that is missing.
import { limited, surroundings } from './surroundings.js'

/** How long a tab waits for its turn, in milliseconds: longer than a refresh takes, so that only one that stands still, as a phone or a browser
 * that saves power lets those in the background, has its turn passed over. */
const patience = 35_000
const queues = new Map<unknown, Promise<void>>()

/** Runs the task when no other one of this key runs. Only a name reaches other tabs; an object is a key of this process. */
export async function exclusively (key: string | object, task: () => Promise<void>): Promise<void> {
  const locks = surroundings.navigator?.locks
  if (locks !== undefined && typeof key === 'string') {
    let hasBegun = false
    const act = async (): Promise<void> => {
      hasBegun = true
      await task()
    }
    // The signal ends the waiting alone, not what has begun.
    await limited((signal) => locks.request(key, { signal }, act), undefined, patience).catch(async (error: unknown) => {
      if (hasBegun) throw error
      await task()
    })
    return
  }
  const mine = (queues.get(key) ?? Promise.resolve()).then(task)
  const last = mine.catch(() => undefined).finally(() => { if (queues.get(key) === last) queues.delete(key) })
  queues.set(key, last)
  await mine
}
