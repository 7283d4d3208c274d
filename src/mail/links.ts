// The tokens in links. Each is made out of the mail's id with a key, so that every try to send the mail carries the same one and
// the store needs to keep only its digest.
import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '../clock.js'
import { deriveKey } from '../secrets.js'
import type { Mail, OneTimeTokenStore, TokenPurpose } from '../stores/stores.js'

/** SHA-256, lower-case hex: what the store keeps of a token. */
export function hashToken (token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export interface LinkRequest {
  purpose: TokenPurpose
  userId: string
  /** The address that using the link proves; null where it was not sent to one. */
  email: string | null
  /** Where the link leads. */
  page: string
  /** Life of the link from the moment it was asked for. */
  seconds: number
}

export interface Link { url: string, until: Date }

export interface MailLinks {
  /** The link of this mail, usable from now on; null when its time is over. Asked again: the same. */
  issue (mail: Pick<Mail, 'id' | 'createdAt'>, request: LinkRequest): Promise<Link | null>
  /** When the time of a link in this mail that lives for `seconds` is over. */
  endOf (mail: Pick<Mail, 'createdAt'>, seconds: number): Date
  /** The link of this mail, which may have been issued before, counts no more. */
  withdraw (mail: Pick<Mail, 'id'>, purpose: TokenPurpose): Promise<void>
}

export interface MailLinksOptions { authSecret: Buffer, store: OneTimeTokenStore, clock: Clock }

export function createMailLinks ({ authSecret, store, clock }: MailLinksOptions): MailLinks {
  const key = deriveKey(authSecret, 'mail-links')
  // 256 bits that nobody can tell from random ones without the key (RFC 2104); mail ids are never used twice.
  const tokenOf = ({ id }: Pick<Mail, 'id'>, purpose: TokenPurpose): string => createHmac('sha256', key).update(`${purpose}/${id}`).digest('base64url')
  const endOf = ({ createdAt }: Pick<Mail, 'createdAt'>, seconds: number): Date => new Date(createdAt.getTime() + seconds * 1000)

  return {
    endOf,

    async issue (mail, { purpose, userId, email, page, seconds }) {
      const now = clock()
      const until = endOf(mail, seconds)
      if (until <= now) return null
      const token = tokenOf(mail, purpose)
      const hash = hashToken(token)
      if (await store.find(hash, purpose, now) === null) await store.insert({ hash, purpose, userId, email, createdAt: now, expiresAt: until })
      // In the fragment, so that it stands in no server's log and no Referer (RFC 9110 §10.1.3).
      return { url: `${page}#token=${token}`, until }
    },

    async withdraw (mail, purpose) {
      await store.consume(hashToken(tokenOf(mail, purpose)), purpose, clock())
    }
  }
}
