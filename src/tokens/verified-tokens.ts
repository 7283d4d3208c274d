// Access tokens that were verified before: a signature is checked once, time and revocation at each use.
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.js'
import { type AccessClaims, isAlive } from './access-token.js'
import type { DenyList } from './deny-list.js'
import type { KeyRing } from './signing-keys.js'

/** About 20 MB. */
const maxTokens = 30_000

export interface VerifiedTokenStats { size: number, hits: number, misses: number }

export interface VerifiedTokens {
  /** The claims of a token that counts; null for one that is known but no longer counts (expired, revoked, key
   * retired); undefined for one that has to be verified. */
  find (text: string): AccessClaims | null | undefined
  /** Keeps a token whose signature and claims have been checked, by its exact text. Never one that failed: failures would push out good ones.
   * Answers as `find`. */
  keep (text: string, kid: string, claims: AccessClaims): AccessClaims | null
  readonly size: number
  /** How many are kept, and how many `find` knew and did not know. */
  stats (): VerifiedTokenStats
}

export interface VerifiedTokensOptions { keyRing: Pick<KeyRing, 'counts'>, denyList: Pick<DenyList, 'denies'>, clock: Clock, max?: number }

export function createVerifiedTokens ({ keyRing, denyList, clock, max = maxTokens }: VerifiedTokensOptions): VerifiedTokens {
  const tokens = new LRUCache<string, { kid: string, claims: AccessClaims }>({ max })
  let hits = 0
  let misses = 0

  function judge (kid: string, claims: AccessClaims): AccessClaims | null {
    return isAlive(claims, clock()) && !denyList.denies(claims) && keyRing.counts(kid) ? claims : null
  }

  return {
    get size () { return tokens.size },
    find (text) {
      const known = tokens.get(text)
      if (known === undefined) {
        misses += 1
        return undefined
      }
      hits += 1
      return judge(known.kid, known.claims)
    },
    keep (text, kid, claims) {
      const judged = judge(kid, claims)
      if (judged !== null) tokens.set(text, { kid, claims })
      return judged
    },
    stats: () => ({ size: tokens.size, hits, misses })
  }
}
