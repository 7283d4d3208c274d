// Waiting for another process that holds the file, on a thread where nobody minds.
import { isBusy } from './faults.js'

/** The longest that another process may hold the file. A write may wait for the commit before it and for its own: both
 * together are less than two seconds. */
export const busyMilliseconds = 900
const pauses = { least: 1, most: 8 }

/**
 * Does `action`, again and again while another process is in the way and there is time. SQLite's own waiting goes up to 100 ms between
 * two tries, at which a process loses for good against others that commit every few milliseconds; short pauses of chance are fair.
 */
export function untilFree (action: () => void): void {
  const until = Date.now() + busyMilliseconds
  while (!tried(action, until)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauses.least + Math.random() * (pauses.most - pauses.least))
}

/** False where another process is in the way and there is time to try again. */
function tried (action: () => void, until: number): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (isBusy(error) && Date.now() < until) return false
    throw error
  }
}
