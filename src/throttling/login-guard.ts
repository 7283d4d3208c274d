// Against guessing passwords, in the store, so that all instances count together.
//
// 1. An account and an address: 10 tries in any 15 minutes (try-limit.ts); and 100 from an IPv6 /48, which holds 65,536 addresses that one
//    customer may have, unless the account was logged in from there before.
// 2. An account: 100 failures in a row, then one try in 1, 2, 4 … 30 s (failure-run.ts). Networks from which the account was logged in
//    before have a run of their own each; all the rest of the world shares one. So nobody elsewhere can hold the owner out at home.
//    An owner somewhere new competes for the next slot, at most 30 s away; what attackers spend on slots uses up their addresses
//    by 1., since refused tries count there. A reset of the password ends all of it at once, and makes the network known.
//
// Both are counted before the password is looked at: tries in parallel cannot overshoot. An account is counted by its id, so that
// its names and its tokens share one budget; a name that nobody has is counted by itself. Either by its digest: the same steps whether
// such an account exists, and no address in clear. The price: who knows two names and uses up the tries of one can see by the other
// whether they are one account's.
import { createHash } from 'node:crypto'
import type { Clock } from '../clock.js'
import { ServiceError } from '../errors.js'
import type { CounterStore } from '../stores/stores.js'
import { canonicalEmail } from '../text.js'
import { addressKey, networkKey } from './address.js'
import { createFailureRun } from './failure-run.js'
import { createTryLimit, type Try } from './try-limit.js'

/** Whose password is tried: the account, where there is one, else the name that was claimed. Of several the first counts, in this order. */
export interface Subject { id?: string | undefined, email?: string | undefined, username?: string | undefined }

export interface LoginGuard {
  /**
   * Makes a try: `verify` is called only if it is let through, else `too_many_attempts` with the seconds to wait. `ok` forgets the
   * failures before it. A `verify` that throws was no try. Throws `store_unavailable` where the counters cannot be asked.
   */
  attempt<T extends { ok: boolean }> (subject: Subject, ip: string | null, verify: () => Promise<T>): Promise<T>
  /** The network of `ip` belongs to the owner: the account was made there. */
  remember (userId: string, ip: string | null): Promise<void>
  /** The owner has proved by mail who they are: what was counted against the account elsewhere and from `ip` is forgotten, and the network of
   * `ip` known, so that who goes on guessing elsewhere does not shut the door again. */
  forgive (userId: string, ip: string | null): Promise<void>
}

export const guessing = {
  triesPerAddress: { limit: 10, windowSeconds: 15 * 60 },
  triesPerNetwork: { limit: 100, windowSeconds: 15 * 60 },
  // 2880 a day at the very most. The passwords that so few guesses find are refused when they are chosen (passwords/policy.ts).
  failuresInARow: { freeTries: 100, longestIntervalSeconds: 30, lifeSeconds: 24 * 3600 },
  /** As long as a device stays known (API.md section 10). */
  knownSeconds: 90 * 24 * 3600
} as const

export function createLoginGuard ({ counters, clock }: { counters: CounterStore, clock: Clock }): LoginGuard {
  const tries = createTryLimit({ counters, clock, ...guessing.triesPerAddress })
  const triesOfNetwork = createTryLimit({ counters, clock, ...guessing.triesPerNetwork })
  const runs = createFailureRun({ counters, clock, ...guessing.failuresInARow })

  async function isKnown (network: string | null): Promise<boolean> {
    return network !== null && await counters.read(`known/${network}`, clock()) !== null
  }

  async function makeKnown (network: string | null): Promise<void> {
    const now = clock()
    if (network !== null) await counters.hit(`known/${network}`, now, new Date(now.getTime() + guessing.knownSeconds * 1000))
  }

  return {
    async attempt (subject, ip, verify) {
      const { address, network, elsewhere, isWide } = keysOf(subject, ip)
      const [first, known] = await Promise.all([tries.take(address), isKnown(network)])
      const taken = [first]
      refuseWhile(first)
      if (network !== null && !known && isWide) {
        taken.push(await triesOfNetwork.take(network))
        taken.forEach(refuseWhile)
      }
      taken.push(await runs.take(known && network !== null ? network : elsewhere))
      taken.forEach(refuseWhile)
      const verdict = await verify().catch(async (error: unknown) => {
        await Promise.all(taken.map(async (one) => { await one.undo() }))
        throw error
      })
      if (verdict.ok) await Promise.all([...taken.map(async (one) => { await one.clear() }), known ? runs.clear(elsewhere) : makeKnown(network)])
      return verdict
    },

    async remember (id, ip) {
      await makeKnown(keysOf({ id }, ip).network)
    },

    async forgive (id, ip) {
      const { address, network, elsewhere } = keysOf({ id }, ip)
      await Promise.all([tries.clear(address), runs.clear(elsewhere), network === null ? undefined : runs.clear(network), makeKnown(network)])
    }
  }
}

function refuseWhile ({ waitSeconds }: Try): void {
  if (waitSeconds > 0) throw new ServiceError('too_many_attempts', { retryAfterSeconds: waitSeconds })
}

function keysOf (subject: Subject, ip: string | null) {
  const name = nameOf(subject)
  const network = networkKey(ip)
  // More addresses, of those that count as one, than guesses could use up.
  const isWide = String(network).endsWith('/48')
  return { address: keyOf(name, addressKey(ip)), network: network === null ? null : keyOf(name, network), elsewhere: keyOf(name, 'elsewhere'), isWide }
}

/** One text for all spellings of a name. What no account can have is a name like any other here. */
function nameOf ({ id, email, username }: Subject): string {
  if (id !== undefined) return `id:${id}`
  return email !== undefined ? `email:${canonicalEmail(email) ?? email}` : `username:${String(username).toLowerCase()}`
}

function keyOf (name: string, place: string): string {
  return `login/${createHash('sha256').update(`${place}\n${name}`).digest('base64url')}`
}
