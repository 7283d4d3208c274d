// Mail that goes with what others do: registering, changing a password, signing in. Each wraps or follows the write it is about.
import type { Clock } from '../clock.js'
import { isServiceError, ServiceError } from '../errors.js'
import { networkPrefixes } from '../mail/device.js'
import type { MailQueue } from '../mail/queue.js'
import type { Stores, User } from '../stores/stores.js'

/** A device that was not seen for so long is new. */
export const deviceMemoryDays = 90

export type Verification = 'off' | 'optional' | 'required'

export interface NoticesOptions {
  stores: Pick<Stores, 'users' | 'sessions'>
  mail: MailQueue
  clock: Clock
  verification: Verification
  /** Whether a sign-in from a new device is told by mail. */
  signInMail: boolean
}

export type Notices = ReturnType<typeof createNotices>

export function createNotices ({ stores: { users, sessions }, mail, clock, verification, signInMail }: NoticesOptions) {
  const daysAgo = (days: number): Date => new Date(clock().getTime() - days * 86_400_000)

  return {
    /**
     * Runs `insert` (users.insert of `user`) with the mail that verifies its address around it. Rejects as `insert` does; but
     * where verification is required, a taken address is no refusal: `taken`, and the mail tells its owner. Both cases are then
     * the same reads and writes. Throws `username_taken` first, so that a taken username does not give an address away.
     */
    async aroundRegistration (user: User, insert: () => Promise<void>): Promise<'created' | 'taken'> {
      const quiet = verification === 'required'
      if (quiet && user.username !== null && await users.find({ username: user.username }) !== null) throw new ServiceError('username_taken')
      if (verification === 'off' || user.email === null) {
        await insert()
        return 'created'
      }
      return await mail.around({ kind: 'verification', userId: user.id, email: user.email, orTellOwner: quiet }, async () => {
        try {
          await insert()
          return 'created'
        } catch (error) {
          if (quiet && isServiceError(error, 'email_taken')) return 'taken'
          throw error
        }
      })
    },

    /** Runs `change`, which sets a new password over the one of `passwordVersion`, and tells the owner when it has. */
    async aroundPasswordChange<T> (user: User, passwordVersion: number, change: () => Promise<T>): Promise<T> {
      if (user.email === null) return await change()
      return await mail.around({ kind: 'password_changed', userId: user.id, passwordVersion: passwordVersion + 1, at: clock().getTime() }, change)
    },

    /**
     * Tells the owner of a session that has just begun, if it is from a device not seen before. `user` as it was before it signed
     * in: without an earlier log-in nothing is new.
     */
    async noteSignIn (user: User, sessionId: string): Promise<void> {
      if (!signInMail || user.email === null || user.lastLoginAt === null) return
      const session = await sessions.find(sessionId)
      const prefixes = networkPrefixes(session?.ip ?? '')
      if (session === null || prefixes.length === 0) return
      if (await sessions.hasSeen(user.id, session.userAgent, prefixes, daysAgo(deviceMemoryDays), sessionId)) return
      await mail.enqueue({ kind: 'new_device', userId: user.id, sessionId, program: session.userAgent ?? '', ip: session.ip, at: session.createdAt.getTime() })
    }
  }
}
