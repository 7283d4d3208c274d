// Hashing and checking passwords: all of it through one gate, and a check that fails costs the same whatever it failed on.
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import argon2 from 'argon2'
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { ServiceError } from '../errors.js'
import { type Gate, type GateStats, createGate } from './gate.js'
import { type Argon2Parameters, argon2Parameters, argon2Work, ceilings, costFault, type HashCosts } from './hash-cost.js'
import { type PasswordHash, asPasswordHash, bcryptCost } from './password-hash.js'
import { normalizePassword } from './policy.js'

export interface Verification {
  ok: boolean
  /** The password is right, and its hash should be replaced by a new one: bcrypt, or weaker than configured. */
  renew: boolean
}

export interface PasswordHasher {
  /** Rejects with `weak_password` for text that is not well-formed Unicode, with `busy` when the gate is full. */
  hash (password: string): Promise<PasswordHash>
  /** `hash` null: there is no such account, or it has no password. A wrong password costs the work of the dearest hash of any account
   * (`highest`), whatever it is wrong for. Rejects with `busy`, or with `internal` for a stored hash that is too dear to run. */
  verify (hash: PasswordHash | null, password: string, highest: HashCosts): Promise<Verification>
  /** Does work that comes to `verify` in its midst; rejects with `busy`, having done nothing, where there would be no place for it. */
  admit<T> (work: () => Promise<T>): Promise<T>
  /** Before the end of the process: nobody waits for a slot any more, who does is refused with `busy`. */
  shed (): void
  stats (): GateStats
}

/** What libraries take where nobody says otherwise: nobody is to bring a machine down with the memory of one dear hash. */
const usualMemoryKib = 65_536

/** Of hashes that were brought along and cost more than so many of ours, the time tells that there is an account: nobody is to bring a machine
 * down with the wrong passwords of one. */
const mostTimesDearer = 16

export interface PasswordHasherOptions { argon2: Argon2Parameters, slots: number, queue: number }

export function createPasswordHasher ({ argon2: configured, slots, queue }: PasswordHasherOptions): PasswordHasher {
  const gate: Gate = createGate({ slots, queue })
  const nobodys = decoyArgon2(configured)

  async function hash (password: string): Promise<PasswordHash> {
    const text = normalizePassword(password)
    if (text === null) throw new ServiceError('weak_password', { detail: 'The password is not well-formed Unicode text.' })
    const made = await gate.run(() => argon2.hash(text, {
      type: argon2.argon2id, memoryCost: configured.memoryKib, timeCost: configured.time, parallelism: configured.parallelism
    }))
    return asPasswordHash(made) as PasswordHash
  }

  async function verify (stored: PasswordHash | null, password: string, highest: HashCosts): Promise<Verification> {
    const fault = stored && costFault(stored)
    if (fault) throw new ServiceError('internal', { cause: new Error(`A stored password hash cannot be run: ${fault}`) })
    return await gate.run(() => {
      const cost = stored && bcryptCost(stored)
      if (stored === null || cost === null) return checkArgon2(stored, password, highest)
      return checkBcrypt(stored, cost, password, highest)
    })
  }

  /** Takes as long as the dearest hash takes longer than the `done` one, in passes of its kind; over no more memory than is usual. */
  async function burnArgon2 (done: Argon2Parameters, { argon2: dearest }: HashCosts): Promise<void> {
    const own = durationOf(configured)
    const { memoryKib, time, parallelism } = dearest !== null && durationOf(dearest) > own ? dearest : configured
    const duration = Math.min(durationOf({ memoryKib, time, parallelism }), own * mostTimesDearer) - durationOf(done)
    const work = duration * lanesOf(parallelism)
    const passes = Math.ceil(work / Math.min(memoryKib, Math.max(configured.memoryKib, usualMemoryKib)))
    const memory = Math.floor(work / passes)
    if (work > 0 && memory >= 8 * parallelism) await argon2.verify(decoyArgon2({ memoryKib: memory, time: passes, parallelism }), '')
  }

  async function checkArgon2 (stored: PasswordHash | null, password: string, highest: HashCosts): Promise<Verification> {
    // argon2 takes all lone surrogates for one character, so text that is not well-formed is never right (but is work).
    const text = normalizePassword(password)
    const matches = await argon2.verify(stored ?? nobodys, text ?? password)
    const parameters = stored ? argon2Parameters(stored) as Argon2Parameters : configured
    if (matches && text !== null && stored !== null) return { ok: true, renew: isWeaker(parameters, configured) }
    await burnArgon2(parameters, highest)
    await burnBcrypt(null, highest.bcryptCost)
    return { ok: false, renew: false }
  }

  async function checkBcrypt (stored: PasswordHash, cost: number, password: string, highest: HashCosts): Promise<Verification> {
    // As given, not normalised: the older servers did not. bcrypt reads 72 bytes; what follows never counted there.
    if (await verifyBcrypt(password, stored)) return { ok: true, renew: true }
    await burnBcrypt(cost, highest.bcryptCost)
    await argon2.verify(nobodys, password)
    await burnArgon2(configured, highest)
    return { ok: false, renew: false }
  }

  return { hash, verify, admit: gate.admit, shed: gate.shed, stats: gate.stats }
}

// Random bytes in the place of a digest: costs what a real one costs, and no password leads to it.
function decoyArgon2 ({ memoryKib, time, parallelism }: Argon2Parameters): string {
  const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKib},t=${time},p=${parallelism}$${base64(16)}$${base64(32)}`
}

const processors = availableParallelism()

/** Lanes that run at the same time. */
function lanesOf (parallelism: number): number {
  return Math.min(parallelism, processors)
}

/** As long as a hash takes, in KiB × passes of one lane. */
function durationOf (parameters: Argon2Parameters): number {
  return argon2Work(parameters) / lanesOf(parameters.parallelism)
}

function isWeaker (stored: Argon2Parameters, configured: Argon2Parameters): boolean {
  return stored.memoryKib < configured.memoryKib || stored.time < configured.time
}

/** Compares until, with the `done` one, the work is that of one compare of cost `highest`: 2^c + (2^c + 2^(c+1) + … ) = 2^highest. */
async function burnBcrypt (done: number | null, highest: number | null): Promise<void> {
  if (highest === null) return
  const limit = Math.min(highest, ceilings.bcryptCost)
  if (done === null) await verifyBcrypt('', decoyBcrypt(limit))
  else for (let cost = done; cost < limit; cost += 1) await verifyBcrypt('', decoyBcrypt(cost))
}

function decoyBcrypt (cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO`
}
