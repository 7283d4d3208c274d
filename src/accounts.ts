// Accounts: registering, checking a log-in, changing and removing. Knows passwords and stores, nothing of HTTP or tokens.
import type { Audit, Device } from './audit.js'
import type { Clock } from './clock.js'
import { ServiceError } from './errors.js'
import { newId } from './ids.js'
import type { PasswordCheck } from './password-check.js'
import type { PasswordHasher } from './passwords/hasher.js'
import type { PasswordOwner, PasswordPolicy } from './passwords/policy.js'
import type { Notices, Verification } from './recovery/notices.js'
import { createRemoval } from './removal.js'
import type { Sessions } from './sessions.js'
import { type Credentials, firstPasswordVersion, type Role, type Stores, type User, type UserName, type UserPatch } from './stores/stores.js'
import { canonicalEmail, canonicalUsername } from './text.js'
import type { LoginGuard } from './throttling/login-guard.js'

export interface NewAccount {
  email: string | null
  username?: string | undefined
  firstName?: string | undefined
  lastName?: string | undefined
  phone?: string | undefined
  password: string
  role?: Role
}

/** What somebody who logs in claims: one of the two names, and the password. */
export interface LoginClaim { email?: string | undefined, username?: string | undefined, password: string }

/** `mustVerify`: no log-in before the address is verified. */
export interface Registered extends Pick<Credentials, 'user' | 'passwordVersion'> { mustVerify: boolean }

export type Accounts = ReturnType<typeof createAccounts>

export interface AccountsOptions { stores: Stores, sessions: Sessions, hasher: PasswordHasher, policy: PasswordPolicy, passwords: PasswordCheck, audit: Audit, guard: Pick<LoginGuard, 'remember'>, notices: Notices, verification: Verification, clock: Clock }

export function createAccounts ({ stores, sessions, hasher, policy, passwords, audit, guard, notices, verification, clock }: AccountsOptions) {
  const { users } = stores
  const removeAccount = createRemoval({ stores, sessions, audit, clock })

  /** The account. Throws `invalid_token` where it has gone: who asks holds a token of a deleted account. */
  async function find (id: string): Promise<User> {
    const user = await users.find({ id })
    if (user === null) throw new ServiceError('invalid_token')
    return user
  }

  /** Throws `weak_password` unless the policy passes a new password. */
  function refuseWeak (password: string, owner: PasswordOwner, path: string): void {
    const fault = policy.check(password, owner)
    if (fault !== null) throw new ServiceError('weak_password', { detail: fault, errors: [{ path, message: fault }] })
  }

  /** An account that is known by a username only has nothing to verify. */
  function mustVerify ({ email, emailVerified }: User): boolean {
    return verification === 'required' && email !== null && !emailVerified
  }

  async function checkLogIn (claim: LoginClaim, device: Device): Promise<Credentials> {
    const { email, username, password } = claim
    const name = readName(claim)
    const credentials = name === null ? null : await users.findCredentials(name)
    // By its id: whoever names one account in two ways has the tries of one.
    const subject = { id: credentials?.user.id, email, username }
    const { ok, renew } = await passwords.try(subject, credentials, password, device)
    if (credentials === null || !ok) {
      await audit.record('authn_login_fail', { userId: credentials?.user.id ?? null, device })
      throw new ServiceError('invalid_credentials')
    }
    if (credentials.user.disabled) {
      await audit.record('authn_login_fail', { userId: credentials.user.id, device, detail: { reason: 'disabled' } })
      throw new ServiceError('account_disabled')
    }
    if (mustVerify(credentials.user)) {
      await audit.record('authn_login_fail', { userId: credentials.user.id, device, detail: { reason: 'not_verified' } })
      throw new ServiceError('email_not_verified')
    }
    if (renew && credentials.passwordHash !== null) {
      await users.renewHash(credentials.user.id, credentials.passwordHash, await hasher.hash(password))
    }
    return credentials
  }

  return {
    /**
     * Adds an account, and mails what verifies its address. Throws `validation_failed` where the address is none,
     * `weak_password`, `email_taken`, `username_taken`, `busy`. Where verification is required, a taken address is no refusal: the
     * answer is the same as for a new one, about an account that is not there, and the mail says which. The hash is made before any
     * store call. `actorId`: who made it, where that is not its owner.
     */
    async register (input: NewAccount, device: Device, actorId: string | null = null): Promise<Registered> {
      const email = input.email === null ? null : canonicalEmail(input.email)
      if (email === null && input.email !== null) throw new ServiceError('validation_failed', { errors: [{ path: '/email', message: 'is not an e-mail address' }] })
      const username = input.username ?? null
      refuseWeak(input.password, { email, username }, '/password')
      const passwordHash = await hasher.hash(input.password)
      const now = clock()
      const user: User = {
        id: newId(),
        email,
        emailVerified: false,
        username,
        firstName: input.firstName ?? null,
        lastName: input.lastName ?? null,
        phone: input.phone ?? null,
        role: input.role ?? 'client',
        disabled: false,
        createdAt: now,
        updatedAt: now,
        lastLoginAt: null
      }
      const outcome = await notices.aroundRegistration(user, () => users.insert({ user, passwordHash }))
      const created = outcome === 'created'
      // The same writes for a taken address, so that time does not tell; but its owner is not at home where a stranger asks.
      await Promise.all([
        guard.remember(user.id, device.ip),
        audit.record(created ? 'user_created' : 'user_create_fail', { userId: created ? user.id : null, actorId, device })
      ])
      return { user, passwordVersion: firstPasswordVersion, mustVerify: mustVerify(user) }
    },

    /** The account whose password this is. Throws `invalid_credentials` alike for an unknown name and a wrong password, and
     * `account_disabled` and `email_not_verified` only after the right one; `too_many_attempts` alike for any name; `busy` before the store
     * is asked anything. A hash of an older kind is replaced. */
    async logIn (claim: LoginClaim, device: Device): Promise<Credentials> {
      return await hasher.admit(async () => await checkLogIn(claim, device))
    },

    find,

    /** Throws `validation_failed` where no name would be left to log in by, `username_taken`, `invalid_token`. */
    async update (id: string, patch: UserPatch): Promise<User> {
      // An address is never taken away, so nothing can come between this and the write.
      if (patch.username === null && (await find(id)).email === null) {
        throw new ServiceError('validation_failed', { errors: [{ path: '/username', message: 'cannot be removed: the account has no e-mail address to log in by' }] })
      }
      const user = await users.update(id, patch, clock())
      if (user === null) throw new ServiceError('invalid_token')
      return user
    },

    /**
     * Sets a new password after the current one was proved, and ends every session but `keepSessionId`. Throws
     * `wrong_password`, also where another password was set meanwhile, `weak_password`, `busy`. Sessions end before (a crash between leaves none that outlives the old
     * password) and after (a log-in may have passed with the old one meanwhile; later ones see `passwordVersion`).
     */
    async changePassword (id: string, currentPassword: string, newPassword: string, keepSessionId: string, device: Device): Promise<void> {
      // First: what is refused for nothing but itself is to cost no hash.
      refuseWeak(newPassword, await find(id), '/newPassword')
      const { user, passwordVersion } = await passwords.prove(id, currentPassword, device)
      const passwordHash = await hasher.hash(newPassword)
      const set = await notices.aroundPasswordChange(user, passwordVersion, async () => {
        await sessions.endAll(id, 'password_changed', keepSessionId)
        return await users.setPassword(id, passwordHash, clock(), passwordVersion)
      })
      // What was proved is no longer so: above all, a reset link is not to be undone by who knows the password of before it.
      if (!set) await passwords.refuse(id, device)
      await sessions.endAll(id, 'password_changed', keepSessionId)
      // Links that somebody asked for with the old password do not outlive it.
      for (const purpose of ['password_reset', 'email_change'] as const) await stores.oneTimeTokens.removeFor(id, purpose)
      await audit.record('authn_password_change', { userId: id, device })
    },

    /** Removes the account after its password was proved. Throws `wrong_password`, `last_admin`. */
    async remove (id: string, password: string, device: Device): Promise<void> {
      await passwords.prove(id, password, device)
      await removeAccount(id, { device })
    }
  }
}

/** The name in its canonical form; null where no account can have it. */
function readName ({ email, username }: LoginClaim): UserName | null {
  if (email !== undefined) {
    const canonical = canonicalEmail(email)
    return canonical === null ? null : { email: canonical }
  }
  return username !== undefined && canonicalUsername(username) !== null ? { username } : null
}

