// Makes the message out of what a mail is about and the store as it is now, or says why there is none to send.
import { createHash } from 'node:crypto'
import type { Audit } from '../audit.js'
import type { Clock } from '../clock.js'
import type { Credentials, Mail, Stores, User } from '../stores/stores.js'
import { describeProgram } from './device.js'
import { addressWishes, type MailJob } from './jobs.js'
import type { Rendered } from './layout.js'
import { createMailLimit, type MailLimit } from './limit.js'
import type { Link, LinkRequest, MailLinks } from './links.js'
import { maskAddress } from './log.js'
import * as messages from './messages.js'
import type { SubjectName, Subjects } from './subjects.js'

export interface ComposerConfig {
  productName: string
  subjects: Subjects
  /** Where links lead; the token is added as a fragment. */
  resetUrl: string
  verifyUrl: string
  resetSeconds: number
  verificationSeconds: number
}

export interface ComposerOptions { stores: Pick<Stores, 'users' | 'sessions' | 'counters'>, links: MailLinks, limit: MailLimit, audit: Audit, clock: Clock, config: ComposerConfig }

/** `until`: when the message loses its sense, where it does. */
export interface Composed extends Rendered { to: string, until: Date | null }
/** Its recipient has had enough for the moment; there is nothing to wait for after `until`. */
export interface Waiting { until: Date }
/** `no_cause`: what it is about has not come to be, or is over. */
export type NotComposed = Waiting | 'no_cause' | 'over_limit' | 'expired'
/** Rejects as the store does. Asked again about the same mail, answers the same link and counts no second time. */
export type Composer = (mail: Mail, job: MailJob) => Promise<Composed | NotComposed>

type JobOf<K extends MailJob['kind']> = Extract<MailJob, { kind: K }>

const resets = { reset: messages.resetPassword, resetByAdmin: messages.resetByAdmin }

/** An hour: twice what one account may have sent. */
const mailsToStranger = 6

/** How long it is remembered that a mail was counted: as long as it can wait. */
const countedFor = 86_400_000

export function createComposer ({ stores: { users, sessions, counters }, links, limit, audit, clock, config }: ComposerOptions): Composer {
  const ofStranger = createMailLimit({ counters, clock, places: mailsToStranger })
  const about = (name: SubjectName) => ({ productName: config.productName, subject: config.subjects[name] })

  /** Counts a mail towards a limit when it is first looked at, and remembers `version` of that moment; null over the limit. `note` is
   * called for a mail that the limit lets through; a second time where the process dies just after it. */
  async function versionAtFirst (mail: Mail, key: string, version: number, note: () => Promise<void> = async () => undefined, places = limit): Promise<number | null> {
    const now = clock()
    const marker = `mail/${mail.id}`
    const before = await counters.read(marker, now)
    if (before !== null) return before.value
    if (await places.take(key) > 0) return null
    await note()
    return (await counters.hit(marker, now, new Date(now.getTime() + countedFor), version)).value
  }

  /** `holds`: whether the cause is there. Asked now that there is a link: whoever ends the cause writes that first and takes links away then,
   * which this one may come after. */
  async function withLink (mail: Mail, to: string, request: LinkRequest, make: (link: Link) => Rendered, holds: () => Promise<boolean>): Promise<Composed | NotComposed> {
    const link = await links.issue(mail, request)
    if (link === null) return 'expired'
    if (await holds()) return { to, until: link.until, ...make(link) }
    await links.withdraw(mail, request.purpose)
    return 'no_cause'
  }

  /** Whether a mail has a place, which it takes when it is first looked at. */
  async function hasPlace (mail: Mail, key: string): Promise<boolean> {
    return await versionAtFirst(mail, key, 1) !== null
  }

  /** A link to an address that nobody has proved: whoever makes accounts, or names addresses, by the dozen does not write to it by the dozen.
   * Each purpose has places of its own, and what finds none waits: naming somebody's address does not keep their own links from them. */
  async function toStranger (mail: Mail, request: LinkRequest & { email: string }, make: (link: Link) => Rendered, holds: () => Promise<boolean>): Promise<Composed | NotComposed> {
    const recipient = createHash('sha256').update(request.email).digest('base64url')
    const place = await versionAtFirst(mail, `${request.purpose}-to/${recipient}`, 1, undefined, ofStranger)
    return place === null ? { until: links.endOf(mail, request.seconds) } : await withLink(mail, request.email, request, make, holds)
  }

  function toReset (mail: Mail, { user, passwordVersion }: Credentials, subject: 'reset' | 'resetByAdmin'): Promise<Composed | NotComposed> | NotComposed {
    if (user.email === null || user.disabled) return 'no_cause'
    const { id: userId, email } = user
    const request: LinkRequest = { purpose: 'password_reset', userId, email, page: config.resetUrl, seconds: config.resetSeconds }
    const holds = async (): Promise<boolean> => await atVersion(userId, passwordVersion) !== null
    return withLink(mail, email, request, (link) => resets[subject]({ ...about(subject), ...named(user), ...link }), holds)
  }

  async function forgot (mail: Mail, { email, device }: JobOf<'forgot'>): Promise<Composed | NotComposed> {
    const found = await users.findCredentials({ email })
    if (found === null || found.user.disabled) return 'no_cause'
    const userId = found.user.id
    // Told here and not where it is asked for: known and unknown addresses take the same time there, and the limit bounds the lines.
    const note = (): Promise<void> => audit.record('authn_token_created', { userId, ...(device !== undefined && { device }), detail: { for: 'password_reset' } })
    const version = await versionAtFirst(mail, `reset-mail/${userId}`, found.passwordVersion, note)
    if (version === null) return 'over_limit'
    // A new password since then ends all links, also those that have not arrived yet.
    return version === found.passwordVersion ? await toReset(mail, found, 'reset') : 'no_cause'
  }

  async function tellOwner (mail: Mail, email: string): Promise<Composed | NotComposed> {
    const owner = await users.find({ email })
    if (owner === null || owner.disabled) return 'no_cause'
    if (!await hasPlace(mail, `in-use-mail/${owner.id}`)) return 'over_limit'
    return { to: email, until: null, ...messages.addressInUse({ ...about('inUse'), ...named(owner) }) }
  }

  async function verification (mail: Mail, { userId, email, orTellOwner }: JobOf<'verification'>): Promise<Composed | NotComposed> {
    const user = await users.find({ id: userId })
    if (user === null) return orTellOwner ? await tellOwner(mail, email) : 'no_cause'
    if (user.email !== email || user.emailVerified) return 'no_cause'
    const request = { purpose: 'email_verification' as const, userId, email, page: config.verifyUrl, seconds: config.verificationSeconds }
    // A link to an address that the account has no more, or that is proved, changes nothing (recovery/addresses.ts).
    return await toStranger(mail, request, (link) => messages.verifyAddress({ ...about('verify'), ...link }), async () => true)
  }

  async function emailChange (mail: Mail, { userId, email, passwordVersion, wish }: JobOf<'email_change'>): Promise<Composed | NotComposed> {
    const holds = async (): Promise<boolean> => {
      const found = await atVersion(userId, passwordVersion)
      if (found === null || found.user.disabled || found.user.email === email) return false
      return (await counters.read(addressWishes(userId), clock()))?.value === wish
    }
    if (!await holds()) return 'no_cause'
    if (await users.find({ email }) !== null) return await tellOwner(mail, email)
    const request = { purpose: 'email_change' as const, userId, email, page: config.verifyUrl, seconds: config.verificationSeconds }
    return await toStranger(mail, request, (link) => messages.confirmNewAddress({ ...about('newAddress'), ...link }), holds)
  }

  /** The account while its password is still the one of that version. */
  async function atVersion (id: string, passwordVersion: number): Promise<Credentials | null> {
    const found = await users.findCredentials({ id })
    return found?.passwordVersion === passwordVersion ? found : null
  }

  async function notice (userId: string, make: (user: User) => Rendered, to?: string): Promise<Composed | NotComposed> {
    const user = await users.find({ id: userId })
    const address = to ?? user?.email ?? null
    return user === null || address === null ? 'no_cause' : { to: address, until: null, ...make(user) }
  }

  /** So many an hour of each kind: the address may be somebody else's, and what the owner is to know the first ones tell. */
  async function fewNotices (mail: Mail, { kind, userId }: JobOf<'password_changed' | 'new_device'>, make: (user: User) => Rendered): Promise<Composed | NotComposed> {
    return await hasPlace(mail, `${kind}-mail/${userId}`) ? await notice(userId, make) : 'over_limit'
  }

  return async function compose (mail, job) {
    switch (job.kind) {
      case 'verification': return await verification(mail, job)
      case 'forgot': return await forgot(mail, job)
      case 'email_change': return await emailChange(mail, job)
      case 'admin_reset': {
        const found = await atVersion(job.userId, job.passwordVersion)
        return found === null ? 'no_cause' : await toReset(mail, found, 'resetByAdmin')
      }
      case 'email_change_notice':
        return await notice(job.userId, (user) => messages.addressChangeAsked({ ...about('addressChange'), ...named(user), newAddress: maskAddress(job.newAddress), at: new Date(job.at) }), job.to)
      case 'password_changed': {
        const found = await users.findCredentials({ id: job.userId })
        if (found === null || found.passwordVersion < job.passwordVersion) return 'no_cause'
        return await fewNotices(mail, job, (user) => messages.passwordChanged({ ...about('passwordChanged'), ...named(user), at: new Date(job.at) }))
      }
      case 'new_device':
        if (await sessions.find(job.sessionId) === null) return 'no_cause'
        return await fewNotices(mail, job, (user) => messages.newSignIn({ ...about('newSignIn'), ...named(user), at: new Date(job.at), device: describeProgram(job.program), ip: job.ip }))
    }
  }
}

/** Towards an address that nobody has proved, no name: it may be a stranger's way to write to somebody. */
function named ({ firstName, emailVerified }: User): { name: string | null } {
  return { name: emailVerified ? firstName : null }
}
