// The services that commands share with the service, made out of configuration and stores.
import { type Accounts, createAccounts } from '../accounts.js'
import { createAudit } from '../audit.js'
import { type Clock } from '../clock.js'
import { type Config } from '../config.js'
import { createMailQueue } from '../mail/queue.js'
import { loadCommonPasswords } from '../passwords/common.js'
import { createPasswordHasher } from '../passwords/hasher.js'
import { createPasswordPolicy } from '../passwords/policy.js'
import { createNotices } from '../recovery/notices.js'
import { createSealer } from '../seal.js'
import { createSessions } from '../sessions.js'
import { type Stores } from '../stores/stores.js'
import { createDenyList } from '../tokens/deny-list.js'
import { createLoginGuard } from '../throttling/login-guard.js'
import { createRefreshTokens } from '../tokens/refresh-token.js'

export function accountsOf (config: Config, stores: Stores, clock: Clock): Accounts {
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
  const notices = createNotices({ stores, mail, clock, verification, signInMail: false })
  return createAccounts({ stores, sessions, hasher, policy, audit, guard, notices, verification, clock })
}
