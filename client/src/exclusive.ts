// One at a time: among all tabs by the Web Locks API, or within this process where that is missing.
import { surroundings } from './surroundings.js'

const queues = new Map<unknown, Promise<void>>()

/** Runs the task when no other one of this key runs. Only a name reaches other tabs; an object is a key of this process. */
export async function exclusively (key: string | object, task: () => Promise<void>): Promise<void> {
  const locks = surroundings.navigator?.locks
  if (locks !== undefined && typeof key === 'string') {
    await locks.request(key, task)
    return
  }
  const mine = (queues.get(key) ?? Promise.resolve()).then(task)
  const last = mine.catch(() => undefined).finally(() => { if (queues.get(key) === last) queues.delete(key) })
  queues.set(key, last)
  await mine
}
