// A link to set a new password that is handed over by the operator, where no mail can or should be sent.
import type { Actor } from '../administration.js'
import type { Audit } from '../audit.js'
import type { Clock } from '../clock.js'
import { ServiceError } from '../errors.js'
import { newId } from '../ids.js'
import type { Link, MailLinks } from '../mail/links.js'
import type { Stores } from '../stores/stores.js'

export interface ResetLinkOptions {
  stores: Pick<Stores, 'users'>
  links: MailLinks
  audit: Audit
  clock: Clock
  /** RESET_URL and PASSWORD_RESET_TTL. */
  config: { resetUrl: string, resetSeconds: number }
}

export type IssueResetLink = (userId: string, by: Actor) => Promise<Link>

/** Makes links, each of which works once. Using one proves no address: it went to none. Throws `not_found`, `account_disabled`. */
export function createResetLinks ({ stores: { users }, links, audit, clock, config }: ResetLinkOptions): IssueResetLink {
  return async (userId, by) => {
    const user = await users.find({ id: userId })
    if (user === null) throw new ServiceError('not_found')
    if (user.disabled) throw new ServiceError('account_disabled')
    // Before the link is there: none is handed over that the log does not know of.
    await audit.record('user_updated', { userId, ...by, detail: { passwordReset: 'link_issued' } })
    return await links.issue({ id: newId(), createdAt: clock() }, { purpose: 'password_reset', userId, email: null, page: config.resetUrl, seconds: config.resetSeconds }) as Link
  }
}
