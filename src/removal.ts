// Removing an account with all that hangs on it, whoever asks: its owner or an admin.
import type { Audit, AuditFacts } from './audit.js'
import type { Clock } from './clock.js'
import type { Sessions } from './sessions.js'
import type { Stores } from './stores/stores.js'

export interface RemovalOptions {
  stores: Pick<Stores, 'users' | 'oneTimeTokens'>
  sessions: Pick<Sessions, 'endAll'>
  audit: Audit
  clock: Clock
}

/** False where there is no such account. Throws `last_admin`. */
export type RemoveAccount = (id: string, by: Pick<AuditFacts, 'actorId' | 'device'>) => Promise<boolean>

/**
 * The account is disabled first, in the write that also decides the last-admin rule: no log-in comes between the end of its
 * sessions and its end. A crash between leaves it disabled; removing it again goes on from there.
 */
export function createRemoval ({ stores: { users, oneTimeTokens }, sessions, audit, clock }: RemovalOptions): RemoveAccount {
  return async (id, by) => {
    if (await users.update(id, { disabled: true }, clock()) === null) return false
    await sessions.endAll(id, 'deleted')
    for (const purpose of ['password_reset', 'email_verification', 'email_change'] as const) await oneTimeTokens.removeFor(id, purpose)
    await users.remove(id)
    await audit.record('user_deleted', { userId: id, ...by })
    return true
  }
}
