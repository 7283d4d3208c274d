// Waits for what comes about by itself, such as the next reading of the revocations; and measures how long things take.
import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again every few milliseconds until it holds; answers how long that took, in milliseconds. Throws after `limit`, which is far more
 * than a machine takes that has much else to do: what is to be quicker is held against the answer. */
export async function until (holds: () => Promise<boolean>, limit = 60_000): Promise<number> {
  const began = performance.now()
  while (!await holds()) {
    if (performance.now() - began > limit) throw new Error(`It did not come about within ${limit} ms.`)
    // A real pause: a loop of injected requests alone would keep every timer waiting.
    await sleep(10)
  }
  return performance.now() - began
}

/** How long `act` takes, in milliseconds. */
export async function timed (act: () => unknown): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

/** What `measure` answers; where that is not below `limit` it is asked again, three times in all, and the least counts. A machine that stands
 * still for a second makes one of them longer, what takes too long by itself all of them. */
export async function leastOfThree (limit: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3 && least >= limit; round += 1) least = Math.min(least, await measure())
  return least
}
