// Recovery: everything about an account that goes by mail. Three parts, each in a file of recovery/, over the same stores and queue.
import type { Audit } from './audit.js'
import type { Clock } from './clock.js'
import { createMailLimit } from './mail/limit.js'
import type { MailQueue } from './mail/queue.js'
import type { PasswordCheck } from './password-check.js'
import type { PasswordHasher } from './passwords/hasher.js'
import type { PasswordPolicy } from './passwords/policy.js'
import { createAddresses } from './recovery/addresses.js'
import { createNotices, type Verification } from './recovery/notices.js'
import { createPasswordReset } from './recovery/password-reset.js'
import type { Sessions } from './sessions.js'
import type { Stores } from './stores/stores.js'
import { createBoundedNotes } from './throttling/bounded-notes.js'
import type { LoginGuard } from './throttling/login-guard.js'

/** Of one kind, for one account. */
export const mailsAnHour = 3

export interface RecoveryOptions {
  stores: Stores
  sessions: Pick<Sessions, 'endAll'>
  hasher: PasswordHasher
  policy: PasswordPolicy
  passwords: Pick<PasswordCheck, 'prove'>
  mail: MailQueue
  audit: Audit
  guard: Pick<LoginGuard, 'forgive'>
  clock: Clock
  config: { verification: Verification, signInMail: boolean }
}

export type Recovery = ReturnType<typeof createRecovery>

export function createRecovery ({ stores, sessions, hasher, policy, passwords, mail, audit, guard, clock, config }: RecoveryOptions) {
  const limit = createMailLimit({ counters: stores.counters, clock, places: mailsAnHour })
  const notes = createBoundedNotes(clock)
  const notices = createNotices({ stores, mail, clock, ...config })
  return {
    ...notices,
    ...createPasswordReset({ stores, sessions, hasher, policy, mail, notices, audit, notes, guard, clock }),
    ...createAddresses({ stores, passwords, mail, limit, audit, notes, clock })
  }
}
