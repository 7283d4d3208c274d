// The services that commands share with the service, made out of configuration and stores.
import { type Accounts, createAccounts } from '../accounts.js'
import { type Actor, type Administration, createAdministration } from '../administration.js'
import { type Audit, createAudit, operatorId } from '../audit.js'
import type { Clock } from '../clock.js'
import type { Config } from '../config.js'
import { createMailLinks } from '../mail/links.js'
import { createMailQueue } from '../mail/queue.js'
import { loadCommonPasswords } from '../passwords/common.js'
import { createPasswordCheck } from '../password-check.js'
import { createPasswordHasher } from '../passwords/hasher.js'
import { createPasswordPolicy } from '../passwords/policy.js'
import { createRecovery, type Recovery } from '../recovery.js'
import { createResetLinks, type IssueResetLink } from '../recovery/reset-link.js'
import { createSealer } from '../seal.js'
import { createSessions } from '../sessions.js'
import type { Stores } from '../stores/stores.js'
import { createDenyList } from '../tokens/deny-list.js'
import { createLoginGuard } from '../throttling/login-guard.js'
import { createRefreshTokens } from '../tokens/refresh-token.js'
import type { Io } from './io.js'
import { withStores } from './with-stores.js'

export interface CliServices { accounts: Accounts, administration: Administration, recovery: Recovery, issueResetLink: IssueResetLink, audit: Audit }

/** Who the audit log names for what a command did. */
export const operator: Actor = { actorId: operatorId, device: { ip: null, userAgent: null } }

export function servicesOf (config: Config, stores: Stores, clock: Clock): CliServices {
  const audit = createAudit({ store: stores.audit, clock })
  const hasher = createPasswordHasher({ argon2: config.argon2, ...config.hashing })
  const policy = createPasswordPolicy({ minLength: config.passwordMinLength, commonPasswords: loadCommonPasswords() })
  // Other processes hear of ended sessions from the store; this one has nobody to deny anything.
  const denyList = createDenyList({ accessTokenSeconds: config.longestTokenSeconds, clock })
  const sessions = createSessions({ stores, refreshTokens: createRefreshTokens(config.authSecret), denyList, audit, clock, ...config.sessions })
  const guard = createLoginGuard({ counters: stores.counters, clock })
  const mail = createMailQueue({ store: stores.mails, sealer: createSealer(config.authSecret, 'mail'), clock })
  // The operator is to hear that an address is taken, whatever strangers hear.
  const verification = config.mail.verification === 'off' ? 'off' : 'optional'
  const passwords = createPasswordCheck({ users: stores.users, hasher, guard, audit, clock })
  const recovery = createRecovery({ stores, sessions, hasher, policy, passwords, mail, audit, guard, clock, config: { verification, signInMail: false } })
  const links = createMailLinks({ authSecret: config.authSecret, store: stores.oneTimeTokens, clock })
  return {
    accounts: createAccounts({ stores, sessions, hasher, policy, passwords, audit, guard, notices: recovery, verification, clock }),
    administration: createAdministration({ stores, sessions, denyList, audit, clock }),
    recovery,
    issueResetLink: createResetLinks({ stores, links, audit, clock, config: config.mail }),
    audit
  }
}

/** Rejects as withStores does, and as `work` does. */
export async function withServices<T> (io: Pick<Io, 'environment' | 'openStores' | 'clock'>, work: (services: CliServices, stores: Stores, config: Config) => Promise<T>): Promise<T> {
  return await withStores(io, async (config, stores) => await work(servicesOf(config, stores, io.clock), stores, config))
}
