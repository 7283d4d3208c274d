// Whether a password is an account's: within the limits of guessing, and at the same cost whatever the answer.
import type { Audit, AuditFacts, Device } from './audit.js'
import type { Clock } from './clock.js'
import { ServiceError } from './errors.js'
import type { PasswordHasher, Verification } from './passwords/hasher.js'
import type { HashCosts } from './passwords/hash-cost.js'
import type { Credentials, Stores } from './stores/stores.js'
import type { LoginGuard, Subject } from './throttling/login-guard.js'

export interface PasswordCheckOptions { users: Pick<Stores['users'], 'findCredentials' | 'highestHashCosts'>, hasher: Pick<PasswordHasher, 'verify'>, guard: Pick<LoginGuard, 'attempt'>, audit: Audit, clock: Clock }

export type PasswordCheck = ReturnType<typeof createPasswordCheck>

/** How long the answer to "how dear are the hashes that are there" is believed, in milliseconds. It shapes timing only. */
const costsLife = 60_000

export function createPasswordCheck ({ users, hasher, guard, audit, clock }: PasswordCheckOptions) {
  let costs: { value: HashCosts, askedAt: number } | undefined

  async function highestCosts (): Promise<HashCosts> {
    const now = clock().getTime()
    if (costs === undefined || now - costs.askedAt > costsLife) costs = { value: await users.highestHashCosts(), askedAt: now }
    return costs.value
  }

  async function refuse (userId: string, device: Device, detail?: AuditFacts['detail']): Promise<never> {
    await audit.record('authn_password_change_fail', { userId, device, ...(detail !== undefined && { detail }) })
    throw new ServiceError('wrong_password')
  }

  return {
    /** Costs the same whether the account exists (`credentials`) or not, and whatever its hash is. Throws `too_many_attempts` before the
     * password is looked at, `busy`. */
    async try (subject: Subject, credentials: Credentials | null, password: string, device: Device): Promise<Verification> {
      return await guard.attempt(subject, device.ip, async () => await hasher.verify(credentials?.passwordHash ?? null, password, await highestCosts()))
    },

    /** The account of a token whose password this is. Throws `wrong_password`, `too_many_attempts` also before it is looked at, `busy`;
     * `invalid_token` where the account has gone. `detail` is for the audit log, where it is wrong. */
    async prove (userId: string, password: string, device: Device, detail?: AuditFacts['detail']): Promise<Credentials> {
      const credentials = await users.findCredentials({ id: userId })
      if (credentials === null) throw new ServiceError('invalid_token')
      const { ok } = await this.try({ id: userId }, credentials, password, device)
      return ok ? credentials : await refuse(userId, device, detail)
    },

    /** Notes in the audit log that a password was not the account's, and throws `wrong_password`. */
    refuse
  }
}
