// What must not count any more although its signature holds: sessions that ended, roles that changed. In memory, one lookup.
import type { Clock } from '../clock.js'
import type { Revocation, Role } from '../stores/stores.js'
import type { AccessClaims } from './access-token.js'
import { clockSkewSeconds } from './signing-keys.js'

/** How many stale entries one `add` clears away: more than it adds, so the lists shrink; few, so that nobody waits. */
const sweepSteps = 16

export interface DenyList {
  /** Takes note; telling the same twice does no harm. */
  add (revocation: Revocation): void
  /** Whether a token with these claims must be refused: its session has ended, or its role is not the latest. */
  denies (claims: Pick<AccessClaims, 'sid' | 'sub' | 'role'>): boolean
  /** How many entries are held. */
  readonly size: number
}

interface Entry { forgetAt: number }
interface RoleEntry extends Entry { role: Role, at: number }

/** `accessTokenSeconds` is the longest life of any access token: so long (and the skew of clocks) each entry is kept. */
export function createDenyList ({ accessTokenSeconds, clock }: { accessTokenSeconds: number, clock: Clock }): DenyList {
  const keepMilliseconds = (accessTokenSeconds + clockSkewSeconds) * 1000
  const sessions = new Map<string, Entry>()
  const users = new Map<string, RoleEntry>()

  /** Entries stand in the order in which they are to be forgotten, because each is kept equally long from when it came. */
  function put<T extends Entry> (entries: Map<string, T>, key: string, entry: T): void {
    entries.delete(key)
    entries.set(key, entry)
  }

  function sweep (entries: Map<string, Entry>, now: number): void {
    let steps = sweepSteps
    for (const [key, { forgetAt }] of entries) {
      if (forgetAt > now || steps-- === 0) return
      entries.delete(key)
    }
  }

  return {
    get size () { return sessions.size + users.size },
    add (revocation) {
      const now = clock().getTime()
      sweep(sessions, now)
      sweep(users, now)
      // From now and not from `at`: the clock that wrote `at` may be another one.
      const forgetAt = now + keepMilliseconds
      if (revocation.kind === 'session') {
        put(sessions, revocation.sessionId, { forgetAt })
        return
      }
      const at = revocation.at.getTime()
      const known = users.get(revocation.userId)
      // The feed may tell an older change after this process noted its own.
      if (known === undefined || known.at <= at) put(users, revocation.userId, { forgetAt, role: revocation.role, at })
    },
    denies ({ sid, sub, role }) {
      const ended = sessions.get(sid)
      const changed = users.get(sub)
      if (ended === undefined && changed === undefined) return false
      // Also where nothing has been added since, which would have swept them: a store that was put back may know the session as alive.
      const now = clock().getTime()
      return (ended !== undefined && ended.forgetAt > now) || (changed !== undefined && changed.forgetAt > now && changed.role !== role)
    }
  }
}
