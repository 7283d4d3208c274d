// The revocations page by page, for services that verify tokens by the published keys and are to refuse what this one refuses.
import type { Clock } from '../clock.js'
import { ServiceError } from '../errors.js'
import type { Revocation, RevocationStore } from '../stores/stores.js'
import { clockSkewSeconds } from './signing-keys.js'

export interface ToldRevocation { revocation: Revocation, forgetAt: Date }
export interface ToldRevocations { items: ToldRevocation[], cursor: string, more: boolean }

export interface RevocationPages {
  /** The page after `since`: a cursor, a time, or null for all that any token could still carry. Each revocation is told at least once to
   * who goes on from the cursors; one may be told twice. Throws `invalid_cursor`, `validation_failed` for a time that does not exist. */
  page (since: string | null, limit: number): Promise<ToldRevocations>
}

/** `accessTokenSeconds` is the longest life of any access token. */
export function createRevocationPages ({ store, accessTokenSeconds, clock }: { store: RevocationStore, accessTokenSeconds: number, clock: Clock }): RevocationPages {
  const keepMilliseconds = (accessTokenSeconds + clockSkewSeconds) * 1000
  return {
    async page (since, limit) {
      // What is older is about tokens that have expired, and may have been swept.
      const horizon = clock().getTime() - keepMilliseconds
      const { cursor, notBefore } = readSince(since)
      const told = await store.page(cursor, new Date(Math.max(horizon, notBefore)), limit)
      const items = told.revocations.map((revocation) => ({ revocation, forgetAt: new Date(revocation.at.getTime() + keepMilliseconds) }))
      return { items, cursor: Buffer.from(told.cursor).toString('base64url'), more: told.more }
    }
  }
}

function readSince (since: string | null): { cursor: string | null, notBefore: number } {
  if (since === null) return { cursor: null, notBefore: 0 }
  if (!/^\d{4}-\d\d-\d\dT/.test(since)) return { cursor: Buffer.from(since, 'base64url').toString(), notBefore: 0 }
  const time = new Date(since).getTime()
  if (Number.isNaN(time)) throw new ServiceError('validation_failed', { errors: [{ path: '?since', message: 'is not a time that exists' }] })
  return { cursor: null, notBefore: time }
}
