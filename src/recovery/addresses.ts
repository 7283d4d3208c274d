// Whose an address is: proving it by a link, asking for the link again, changing to another address.
import type { Audit, Device } from '../audit.js'
import type { Clock } from '../clock.js'
import { isServiceError, ServiceError } from '../errors.js'
import { addressWishes } from '../mail/jobs.js'
import type { MailLimit } from '../mail/limit.js'
import { hashToken } from '../mail/links.js'
import type { MailQueue } from '../mail/queue.js'
import type { PasswordCheck } from '../password-check.js'
import type { OneTimeToken, Stores, User } from '../stores/stores.js'
import { canonicalEmail } from '../text.js'
import { addressKey } from '../throttling/address.js'
import type { BoundedNotes } from '../throttling/bounded-notes.js'

export interface AddressesOptions {
  stores: Pick<Stores, 'users' | 'oneTimeTokens' | 'counters'>
  passwords: Pick<PasswordCheck, 'prove'>
  mail: MailQueue
  limit: MailLimit
  audit: Audit
  notes: BoundedNotes
  clock: Clock
}

const linkPurposes = ['email_verification', 'email_change'] as const
const hour = 3_600_000
/** How long the wishes of an account are counted, from the first: far longer than a mail waits. */
const wishesLife = 90 * 24 * hour

export function createAddresses ({ stores: { users, oneTimeTokens, counters }, passwords, mail, limit, audit, notes, clock }: AddressesOptions) {
  /** Anybody can show a made-up token: one line an address and window. */
  async function refuse (device: Device, userId: string | null = null): Promise<never> {
    if (notes.take(`verify ${addressKey(device.ip)}`)) await audit.record('user_update_fail', { userId, device, detail: { by: 'verification_link' } })
    throw new ServiceError('token_invalid')
  }

  async function find (hash: string): Promise<OneTimeToken & { email: string } | null> {
    for (const purpose of linkPurposes) {
      const token = await oneTimeTokens.find(hash, purpose, clock())
      if (token !== null && token.email !== null) return { ...token, email: token.email }
    }
    return null
  }

  /** Writes what the token proves; the account as it is then, or null where the address has gone to somebody else or the account is not there.
   * The address itself only where it is a new one: an old link is not to bring back what was changed meanwhile. */
  async function settle ({ purpose, userId, email }: Pick<OneTimeToken, 'purpose' | 'userId'> & { email: string }): Promise<User | null> {
    try {
      return await users.update(userId, { ...(purpose === 'email_change' && { email }), emailVerified: true }, clock())
    } catch (error) {
      if (isServiceError(error, 'email_taken')) return null
      throw error
    }
  }

  async function takePlace (key: string, firstTakenUntil?: Date): Promise<void> {
    const retryAfterSeconds = await limit.take(key, firstTakenUntil)
    if (retryAfterSeconds > 0) throw new ServiceError('too_many_attempts', { retryAfterSeconds })
  }

  /** Only the address that was named last can be confirmed: links to others die, also those that wait to be sent. Answers the number of this one. */
  async function supersede (userId: string): Promise<number> {
    const now = clock()
    const { value } = await counters.hit(addressWishes(userId), now, new Date(now.getTime() + wishesLife))
    await oneTimeTokens.removeFor(userId, 'email_change')
    return value
  }

  return {
    /** Proves an address by the token of a link: the account's own, or the one it is to change to. Throws `token_invalid`. */
    async verify (token: string, device: Device): Promise<void> {
      const found = await find(hashToken(token))
      if (found === null) return await refuse(device)
      const { hash, purpose, userId, email } = found
      const before = await users.find({ id: userId })
      if (before === null || (purpose === 'email_verification' && before.email !== email)) return await refuse(device, userId)
      if (await oneTimeTokens.consume(hash, purpose, clock()) === null || await settle(found) === null) return await refuse(device, userId)
      for (const other of linkPurposes) await oneTimeTokens.removeFor(userId, other)
      // Links that went to the old address.
      if (purpose === 'email_change') await oneTimeTokens.removeFor(userId, 'password_reset')
      const detail = purpose === 'email_change' ? { email: 'changed' } : { emailVerified: true }
      await audit.record('user_updated', { userId, device, detail })
    },

    /** Mails the verification link again; nothing where there is nothing to verify. Throws `too_many_attempts`: three an hour, with the registration's. */
    async sendVerification ({ id, email, emailVerified, createdAt }: User): Promise<void> {
      if (email === null || emailVerified) return
      await takePlace(`verification-mail/${id}`, new Date(createdAt.getTime() + hour))
      await mail.enqueue({ kind: 'verification', userId: id, email, orTellOwner: false })
    },

    /**
     * Asks for another address: a link goes to it and word of it to the old one. Throws `wrong_password`, `too_many_attempts`, `busy`.
     * A taken address is no refusal; the worker sees to it that its owner gets word and no link. Their own address takes back what was asked before.
     */
    async requestEmailChange (userId: string, email: string, password: string, device: Device): Promise<void> {
      const { user, passwordVersion } = await passwords.prove(userId, password, device, { for: 'email_change' })
      const wanted = canonicalEmail(email)
      if (wanted === null) throw new ServiceError('validation_failed', { errors: [{ path: '/email', message: 'This is not an e-mail address.' }] })
      if (wanted !== user.email) await takePlace(`email-change-mail/${userId}`)
      const wish = await supersede(userId)
      if (wanted === user.email) return
      if (user.email !== null) await mail.enqueue({ kind: 'email_change_notice', userId, to: user.email, newAddress: wanted, at: clock().getTime() })
      await mail.enqueue({ kind: 'email_change', userId, email: wanted, passwordVersion, wish })
      await audit.record('user_updated', { userId, device, detail: { email: 'change_requested' } })
    }
  }
}
