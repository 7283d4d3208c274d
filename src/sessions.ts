// Sessions: one log-in on one device, kept alive by refresh tokens that are replaced at each use (API.md section 2).
import type { Audit, Device } from './audit.js'
import type { Clock } from './clock.js'
import { ServiceError } from './errors.js'
import { newId } from './ids.js'
import type { Credentials, EndReason, Session, Stores, User } from './stores/stores.js'
import type { DenyList } from './tokens/deny-list.js'
import type { RefreshTokens } from './tokens/refresh-token.js'

/** More sessions of one user than this end the one longest unused. */
const maximalSessions = 100

export interface SessionsOptions {
  stores: Stores
  refreshTokens: RefreshTokens
  denyList: DenyList
  audit: Audit
  clock: Clock
  idleSeconds: number
  maxSeconds: number
  /** How long after a rotation its direct predecessor still gets the same successor. */
  graceSeconds: number
}

/** A session that lives, with the refresh token that is good for it now. */
export interface LiveSession { user: User, sessionId: string, refreshToken: string }

export type Sessions = ReturnType<typeof createSessions>

export function createSessions ({ stores, refreshTokens, denyList, audit, clock, idleSeconds, maxSeconds, graceSeconds }: SessionsOptions) {
  /** What ended stops counting in this process at once; the others learn it from the revocation feed. */
  function deny (ids: readonly string[], at: Date): void {
    for (const sessionId of ids) denyList.add({ kind: 'session', sessionId, at })
  }

  async function end (id: string, reason: EndReason, userId?: string): Promise<boolean> {
    const now = clock()
    const ended = await stores.sessions.end(id, reason, now, userId)
    if (ended) deny([id], now)
    return ended
  }

  /** Answers which ones it ended. */
  async function endAll (userId: string, reason: EndReason, exceptId?: string): Promise<string[]> {
    const now = clock()
    const ended = await stores.sessions.endAll(userId, reason, now, exceptId)
    deny(ended, now)
    return ended
  }

  async function endAsReused (session: Session, device: Device): Promise<never> {
    const first = await end(session.id, 'reuse')
    if (first) await audit.record('authn_token_reuse', { userId: session.userId, device, detail: { sessionId: session.id } })
    throw new ServiceError(first ? 'refresh_reused' : 'session_revoked')
  }

  /** The successor's counter, by rotation or, for the direct predecessor within the grace, by repetition. */
  async function rotate (sessionId: string, counter: number, device: Device): Promise<Session> {
    const now = clock()
    const advance = await stores.sessions.advance(sessionId, counter, now, after(now, idleSeconds))
    if (advance.outcome === 'advanced') return advance.session
    if (advance.outcome === 'missing') throw new ServiceError('refresh_invalid')
    const { session } = advance
    if (session.endedAt !== null) throw new ServiceError('session_revoked')
    if (session.expiresAt <= now) throw new ServiceError('refresh_expired')
    // A counter ahead of the store's is genuine (its HMAC is right) but from a future that a restored backup has lost.
    if (counter > session.counter) throw new ServiceError('refresh_invalid')
    // The counter is behind, so a rotation has moved the session on.
    const rotatedAt = session.rotatedAt as Date
    if (counter === session.counter - 1 && now.getTime() - rotatedAt.getTime() <= graceSeconds * 1000) return session
    return await endAsReused(session, device)
  }

  return {
    /**
     * Begins a session for a log-in that was just checked. Throws `invalid_credentials` when the password was changed, or the
     * account disabled or removed, while the log-in was under way: the check comes after the insert, so that either it or
     * the other's `endAll` catches the session.
     */
    async begin ({ user, passwordVersion }: Pick<Credentials, 'user' | 'passwordVersion'>, device: Device): Promise<LiveSession> {
      const now = clock()
      const maxExpiresAt = after(now, maxSeconds)
      const session: Session = {
        id: newId(),
        userId: user.id,
        counter: 0,
        createdAt: now,
        lastUsedAt: now,
        rotatedAt: null,
        expiresAt: earlier(after(now, idleSeconds), maxExpiresAt),
        maxExpiresAt,
        endedAt: null,
        endReason: null,
        ip: device.ip,
        userAgent: device.userAgent
      }
      await Promise.all([stores.sessions.insert(session), stores.users.noteLogin(user.id, now)])
      const present = await stores.users.findCredentials({ id: user.id })
      if (present === null || present.user.disabled || present.passwordVersion !== passwordVersion) {
        await end(session.id, 'ended')
        throw new ServiceError('invalid_credentials')
      }
      const [trimmed] = await Promise.all([
        stores.sessions.trim(user.id, maximalSessions, now),
        audit.record('authn_login_success', { userId: user.id, device, detail: { sessionId: session.id } })
      ])
      deny(trimmed, now)
      return { user: { ...present.user, lastLoginAt: now }, sessionId: session.id, refreshToken: refreshTokens.mint(session.id, 0) }
    },

    /**
     * Exchanges a refresh token for its successor. Throws `refresh_invalid`, `refresh_expired`, `refresh_reused`,
     * `session_revoked`: only these end a session for the client.
     */
    async refresh (token: string, device: Device): Promise<LiveSession> {
      const read = refreshTokens.read(token)
      if (read === null) throw new ServiceError('refresh_invalid')
      const session = await rotate(read.sessionId, read.counter, device)
      const user = await stores.users.find({ id: session.userId })
      if (user === null || user.disabled) throw new ServiceError('session_revoked')
      return { user, sessionId: session.id, refreshToken: refreshTokens.mint(session.id, session.counter) }
    },

    /** The user's live sessions, last used first. */
    async list (userId: string): Promise<Session[]> {
      return await stores.sessions.listLive(userId, clock())
    },

    /** Ends one. With `userId`, false where it is not that user's, has ended or is not there. */
    end,
    /** Ends all of a user's, or all but one. */
    endAll
  }
}

const after = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000)
const earlier = (one: Date, other: Date): Date => one < other ? one : other
