// What verifying a stored hash costs, and which ones cost too much to be run at all.
import { type PasswordHash, bcryptCost } from './password-hash.js'

/** The cost of an argon2id hash: memory in KiB, passes over it, lanes. */
export interface Argon2Parameters { memoryKib: number, time: number, parallelism: number }

// A hash is data that was brought along: one with m=4 GiB or cost 31 would take the machine with it (16 is about 4 s).
export const ceilings = { memoryKib: 1_048_576, time: 20, parallelism: 16, bcryptCost: 16 } as const

const parameters = /\$m=(\d+),t=(\d+),p=(\d+)\$/

/** The parameters of an argon2id hash, or null for any other. */
export function argon2Parameters (hash: PasswordHash): Argon2Parameters | null {
  const found = parameters.exec(hash)
  return found && { memoryKib: Number(found[1]), time: Number(found[2]), parallelism: Number(found[3]) }
}

/** The work of an argon2id hash, which its time goes with: KiB times passes. */
export function argon2Work ({ memoryKib, time }: Argon2Parameters): number {
  return memoryKib * time
}

/** What the dearest hashes of all accounts cost to check: the highest cost of a bcrypt one, and the parameters of the argon2id one with the
 * most work; null where there are none. */
export interface HashCosts { bcryptCost: number | null, argon2: Argon2Parameters | null }

/** Why a hash must not be run here, as a sentence, or null where it may. */
export function costFault (hash: PasswordHash): string | null {
  const cost = bcryptCost(hash)
  if (cost !== null && cost > ceilings.bcryptCost) return `bcrypt with cost ${cost} takes too long (at most ${ceilings.bcryptCost}).`
  const argon2 = argon2Parameters(hash)
  if (argon2 === null) return null
  if (argon2.memoryKib > ceilings.memoryKib || argon2.time > ceilings.time || argon2.parallelism > ceilings.parallelism) {
    return `argon2id with m=${argon2.memoryKib},t=${argon2.time},p=${argon2.parallelism} takes too much (at most m=${ceilings.memoryKib},t=${ceilings.time},p=${ceilings.parallelism}).`
  }
  // RFC 9106 §3.1: at least 8 KiB a lane.
  if (argon2.memoryKib < 8 * argon2.parallelism) return `argon2id with m=${argon2.memoryKib},p=${argon2.parallelism} has less than 8 KiB a lane.`
  return null
}
