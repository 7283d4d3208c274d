// Makes the services of src/ out of configuration, stores and clock. From here on a route needs to know `app.services` only.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type Accounts, createAccounts } from '../src/accounts.js'
import { type Administration, createAdministration } from '../src/administration.js'
import { type Audit, createAudit } from '../src/audit.js'
import { loadCommonPasswords } from '../src/passwords/common.js'
import { createPasswordCheck } from '../src/password-check.js'
import { createPasswordHasher, type PasswordHasher } from '../src/passwords/hasher.js'
import { createPasswordPolicy } from '../src/passwords/policy.js'
import { createPersons, type Persons } from '../src/persons.js'
import { createRecovery, type Recovery } from '../src/recovery.js'
import { createSessions, type Sessions } from '../src/sessions.js'
import { createLoginGuard, type LoginGuard } from '../src/throttling/login-guard.js'
import { createRefreshTokens } from '../src/tokens/refresh-token.js'
import { createRevocationPages, type RevocationPages } from '../src/tokens/revocation-pages.js'

export interface Services {
  accounts: Accounts
  sessions: Sessions
  recovery: Recovery
  administration: Administration
  persons: Persons
  revocations: RevocationPages
  audit: Audit
  hasher: PasswordHasher
  guard: LoginGuard
}

declare module 'fastify' {
  interface FastifyInstance {
    services: Services
  }
}

export default fp(async function services (app: FastifyInstance) {
  const { config, stores, clock, denyList } = app
  const audit = createAudit({ store: stores.audit, clock })
  const untraced = createPasswordHasher({ argon2: config.argon2, ...config.hashing })
  const hasher = app.tracing?.traceHasher(untraced) ?? untraced
  const policy = createPasswordPolicy({ minLength: config.passwordMinLength, commonPasswords: loadCommonPasswords() })
  const sessions = createSessions({ stores, refreshTokens: createRefreshTokens(config.authSecret), denyList, audit, clock, ...config.sessions })
  const guard = createLoginGuard({ counters: stores.counters, clock })
  const passwords = createPasswordCheck({ users: stores.users, hasher, guard, audit, clock })
  const recovery = createRecovery({ stores, sessions, hasher, policy, passwords, mail: app.mailQueue, audit, guard, clock, config: config.mail })
  const { verification } = config.mail
  const uncounted = createAccounts({ stores, sessions, hasher, policy, passwords, audit, guard, notices: recovery, verification, clock })
  const accounts = app.metrics?.countLogIns(uncounted) ?? uncounted
  const administration = createAdministration({ stores, sessions, denyList, audit, clock })
  const persons = createPersons({ store: stores.persons, clock })
  const revocations = createRevocationPages({ store: stores.revocations, accessTokenSeconds: app.longestTokenSeconds, clock })
  app.decorate('services', { accounts, sessions, recovery, administration, persons, revocations, audit, hasher, guard })
}, { name: 'services', dependencies: ['context', 'metrics', 'tracing', 'stores', 'tokens', 'mail'] })
