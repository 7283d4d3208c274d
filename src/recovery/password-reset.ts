// A forgotten password: asking for a link, and using it.
import type { Audit, Device } from '../audit.js'
import type { Clock } from '../clock.js'
import { ServiceError } from '../errors.js'
import { hashToken } from '../mail/links.js'
import type { MailQueue } from '../mail/queue.js'
import type { PasswordHasher } from '../passwords/hasher.js'
import type { PasswordPolicy } from '../passwords/policy.js'
import type { Sessions } from '../sessions.js'
import type { Credentials, Stores } from '../stores/stores.js'
import { canonicalEmail } from '../text.js'
import { addressKey } from '../throttling/address.js'
import type { BoundedNotes } from '../throttling/bounded-notes.js'
import type { LoginGuard } from '../throttling/login-guard.js'
import type { Notices } from './notices.js'

export interface PasswordResetOptions {
  stores: Pick<Stores, 'users' | 'oneTimeTokens'>
  sessions: Pick<Sessions, 'endAll'>
  hasher: Pick<PasswordHasher, 'hash'>
  policy: PasswordPolicy
  mail: MailQueue
  notices: Notices
  audit: Audit
  notes: BoundedNotes
  guard: Pick<LoginGuard, 'forgive'>
  clock: Clock
}

export function createPasswordReset ({ stores: { users, oneTimeTokens }, sessions, hasher, policy, mail, notices, audit, notes, guard, clock }: PasswordResetOptions) {
  /** Anybody can show a made-up token: one line an address and window. */
  async function refuse (device: Device, userId: string | null = null): Promise<never> {
    if (notes.take(`reset ${addressKey(device.ip)}`)) await audit.record('authn_password_change_fail', { userId, device, detail: { by: 'reset_link' } })
    throw new ServiceError('token_invalid')
  }

  /** The account whose password the link may set: enabled, and still with the address that the link went to, if it went to one. */
  async function findOwner (hash: string): Promise<Credentials & { provesAddress: boolean } | null> {
    const token = await oneTimeTokens.find(hash, 'password_reset', clock())
    if (token === null) return null
    const found = await users.findCredentials({ id: token.userId })
    if (found === null || found.user.disabled || (token.email !== null && token.email !== found.user.email)) return null
    return { ...found, provesAddress: token.email !== null }
  }

  return {
    /**
     * Asks for a link by mail. One write, whether the address has an account or not: who it belongs to is looked up when
     * sending, and the worker finds the mail by itself, so that nothing it does falls into the time of this request.
     */
    async requestReset (email: string, device?: Device): Promise<void> {
      await mail.enqueue({ kind: 'forgot', email: canonicalEmail(email) ?? '', ...(device !== undefined && { device }) }, { wake: false })
    },

    /** An admin asks the owner to choose a new password. Throws `not_found`, also for an account that no mail can reach. */
    async adminReset (userId: string, actorId: string, device?: Device): Promise<void> {
      const found = await users.findCredentials({ id: userId })
      if (found === null) throw new ServiceError('not_found')
      if (found.user.email === null) throw new ServiceError('not_found', { detail: 'This account has no e-mail address.' })
      await mail.enqueue({ kind: 'admin_reset', userId, passwordVersion: found.passwordVersion })
      await audit.record('user_updated', { userId, actorId, ...(device !== undefined && { device }), detail: { passwordReset: 'requested' } })
    },

    /**
     * Sets a new password by the token of a link. Throws `token_invalid`, `weak_password` and `busy` (the link stays alive).
     * The token is taken before anything else is written: of any number of tries one goes on. Sessions end before and after,
     * as in accounts.changePassword.
     */
    async reset (token: string, password: string, device: Device): Promise<void> {
      const hash = hashToken(token)
      const found = await findOwner(hash)
      if (found === null) return await refuse(device)
      const { user, passwordVersion, provesAddress } = found
      const fault = policy.check(password, user)
      if (fault !== null) throw new ServiceError('weak_password', { detail: fault, errors: [{ path: '/password', message: fault }] })
      const passwordHash = await hasher.hash(password)
      if (await oneTimeTokens.consume(hash, 'password_reset', clock()) === null) return await refuse(device, user.id)

      const set = await notices.aroundPasswordChange(user, passwordVersion, async () => {
        await sessions.endAll(user.id, 'password_changed')
        return await users.setPassword(user.id, passwordHash, clock())
      })
      if (!set) return await refuse(device, user.id)
      await sessions.endAll(user.id, 'password_changed')
      await oneTimeTokens.removeFor(user.id, 'password_reset')
      // A change of address that somebody asked for with the old password is not to outlive it.
      await oneTimeTokens.removeFor(user.id, 'email_change')
      if (provesAddress && !user.emailVerified) await users.update(user.id, { emailVerified: true }, clock())
      await guard.forgive(user.id, device.ip)
      await audit.record('authn_password_change', { userId: user.id, device, detail: { by: 'reset_link' } })
    }
  }
}
