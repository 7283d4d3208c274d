// Finds argon2id parameters for this machine: as much work as a log-in may take, and never less than OWASP asks.
import { type Argon2Parameters, ceilings } from './hash-cost.js'
import { createPasswordHasher } from './hasher.js'

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
export const floor: Argon2Parameters = { memoryKib: 19_456, time: 2, parallelism: 1 }

export interface Measured extends Argon2Parameters { milliseconds: number }
/** How long one hash of these takes, in milliseconds. */
export type Measure = (parameters: Argon2Parameters) => Promise<number>

export interface CalibrateOptions {
  /** What one hash may take. */
  targetMilliseconds: number
  /** What one hash may hold. */
  maxMemoryKib: number
  parallelism: number
  measure: Measure
}

/** The median of a few, one after the other, made as the service makes them. */
export async function measureHash (parameters: Argon2Parameters): Promise<number> {
  const hasher = createPasswordHasher({ argon2: parameters, slots: 1, queue: 0 })
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now()
    await hasher.hash('a password to measure with')
    times.push(performance.now() - began)
  }
  return times.sort((one, other) => one - other)[2] as number
}

/**
 * Memory first, since it is what machines made for guessing lack; passes where memory is at its limit. The time goes with memory
 * times passes, but not quite: what is found is measured, and made smaller as long as it takes more than a tenth too long.
 */
export async function calibrate ({ targetMilliseconds, maxMemoryKib, parallelism, measure }: CalibrateOptions): Promise<{ floor: Measured, suggestion: Measured }> {
  const least: Argon2Parameters = { ...floor, parallelism }
  const atFloor: Measured = { ...least, milliseconds: await measure(least) }
  let suggestion = atFloor
  let factor = targetMilliseconds / atFloor.milliseconds
  for (let round = 0; round < 4 && factor > 1; round += 1) {
    const parameters = parametersOf(least, factor, maxMemoryKib)
    if (parameters.memoryKib === least.memoryKib && parameters.time === least.time) break
    const milliseconds = await measure(parameters)
    if (milliseconds <= targetMilliseconds * 1.1) {
      suggestion = { ...parameters, milliseconds }
      break
    }
    factor *= targetMilliseconds / milliseconds
  }
  return { floor: atFloor, suggestion }
}

/** `factor` times the work of `least`, never less than it, in whole MiB. */
function parametersOf (least: Argon2Parameters, factor: number, maxMemoryKib: number): Argon2Parameters {
  const work = least.memoryKib * least.time * factor
  const limit = Math.max(least.memoryKib, maxMemoryKib)
  const memoryKib = Math.min(limit, Math.max(least.memoryKib, Math.floor(work / least.time / 1024) * 1024))
  const time = Math.min(ceilings.time, Math.max(least.time, Math.floor(work / memoryKib)))
  return { ...least, memoryKib, time }
}
