// Waits for what comes about by itself, such as the next reading of the revocations.
import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again every few milliseconds until it holds; answers how long that took, in milliseconds. Throws after `limit`. */
export async function until (holds: () => Promise<boolean>, limit = 5000): Promise<number> {
  const began = performance.now()
  while (!await holds()) {
    if (performance.now() - began > limit) throw new Error(`It did not come about within ${limit} ms.`)
    // A real pause: a loop of injected requests alone would keep every timer waiting.
    await sleep(10)
  }
  return performance.now() - began
}
