// Administration: what an admin sees of the accounts and may do to them. Nobody's password is among it.
import type { Audit, AuditFacts, Device } from './audit.js'
import type { Clock } from './clock.js'
import { type Page, type PageQuery, readPage, searchedTotal } from './cursors.js'
import { ServiceError } from './errors.js'
import { createRemoval } from './removal.js'
import type { Sessions } from './sessions.js'
import type { AuditEntry, AuditFilter, Session, Stores, User, UserFilter, UserPatch } from './stores/stores.js'
import { foldCase } from './text.js'
import type { DenyList } from './tokens/deny-list.js'

export interface UserListQuery extends PageQuery, UserFilter {}
export interface AuditListQuery extends PageQuery, AuditFilter {}
export type AdminPatch = Pick<UserPatch, 'role' | 'disabled' | 'emailVerified'>
/** Which admin it was, and from where. */
export interface Actor { actorId: string, device: Device }

export interface AdministrationOptions {
  stores: Pick<Stores, 'users' | 'oneTimeTokens' | 'audit' | 'sessions'>
  sessions: Pick<Sessions, 'list' | 'end' | 'endAll'>
  denyList: Pick<DenyList, 'add'>
  audit: Audit
  clock: Clock
}

export type Administration = ReturnType<typeof createAdministration>

export function createAdministration ({ stores, sessions, denyList, audit, clock }: AdministrationOptions) {
  const { users } = stores
  const removeAccount = createRemoval({ stores, sessions, audit, clock })

  async function findUser (id: string): Promise<User> {
    return found(await users.find({ id }))
  }

  /** What was asked for is told also where it was so before: a try that broke off before its line was written is told by the next. */
  async function tell ({ role, ...others }: AdminPatch, before: User, facts: AuditFacts): Promise<void> {
    if (role !== undefined) await audit.record('authz_change', { ...facts, detail: { from: before.role, to: role } })
    if (Object.keys(others).length > 0) await audit.record('user_updated', { ...facts, detail: others })
  }

  return {
    /** A page in the order in which the accounts were made. Throws `invalid_cursor`. */
    async listUsers ({ q, role, disabled, ...query }: UserListQuery): Promise<Page<User>> {
      const filter = { ...(q !== undefined && { q: foldCase(q) }), ...(role !== undefined && { role }), ...(disabled !== undefined && { disabled }) }
      return await readPage<User>(query, {
        binding: ['users', filter.q, role, disabled],
        positionOf: byId,
        page: (after, limit) => users.page({ ...filter, after: after?.id ?? null, limit }),
        count: async (atMost) => ({ found: await users.count(filter, atMost) }),
        // What is searched for is counted entry by entry; what is not, an index tells.
        ...(filter.q !== undefined && { countUpTo: searchedTotal })
      })
    },

    /** Throws `not_found`. */
    findUser,

    /**
     * Changes role, standing or whether the address counts as verified. Throws `not_found`, and `last_admin` where no enabled
     * admin would remain, whoever else is changing what at the same time.
     *
     * A new role counts at once here, and elsewhere when the feed has told it; the sessions stay. Disabling comes before the
     * end of the sessions: a log-in under way either sees it or has its session ended. Should the process die between the
     * two, no refresh gets through, and enabling ends what is left before it enables.
     */
    async changeUser (id: string, patch: AdminPatch, { actorId, device }: Actor): Promise<User> {
      const before = await findUser(id)
      if (Object.keys(patch).length === 0) return before
      if (before.disabled && patch.disabled === false) await sessions.endAll(id, 'disabled')
      const now = clock()
      const user = found(await users.update(id, patch, now))
      if (user.role !== before.role) denyList.add({ kind: 'role', userId: id, role: user.role, at: now })
      if (patch.disabled === true) await sessions.endAll(id, 'disabled')
      await tell(patch, before, { userId: id, actorId, device })
      return user
    },

    /** Throws `not_found`, `last_admin`. */
    async removeUser (id: string, by: Actor): Promise<void> {
      if (!await removeAccount(id, by)) throw new ServiceError('not_found')
    },

    /** The live sessions of the account, last used first. Throws `not_found`. */
    async listSessions (userId: string): Promise<Session[]> {
      await findUser(userId)
      return await sessions.list(userId)
    },

    /** Ends one, whoever's it is, and answers whose. Throws `not_found`, also for one that has ended. */
    async endSession (sessionId: string, by: Actor): Promise<string> {
      const session = await stores.sessions.find(sessionId)
      if (session === null || !await sessions.end(sessionId, 'ended')) throw new ServiceError('not_found')
      await audit.record('authn_token_revoked', { userId: session.userId, ...by, detail: { sessionId } })
      return session.userId
    },

    /** Throws `not_found`. */
    async endSessions (userId: string, by: Actor): Promise<void> {
      await findUser(userId)
      await sessions.endAll(userId, 'ended')
      await audit.record('authn_token_revoked', { userId, ...by, detail: { all: true } })
    },

    /** A page of the audit log, newest first. Throws `invalid_cursor`. */
    async listAudit ({ userId, event, since, ...query }: AuditListQuery): Promise<Page<AuditEntry>> {
      const filter = { ...(userId !== undefined && { userId }), ...(event !== undefined && { event }), ...(since !== undefined && { since }) }
      return await readPage<AuditEntry>(query, {
        binding: ['audit', userId, event, since],
        positionOf: byId,
        page: (after, limit) => stores.audit.page({ ...filter, after: after?.id ?? null, limit }),
        count: async () => ({ found: await stores.audit.count(filter) })
      })
    }
  }
}

const byId = ({ id }: { id: string }) => ({ key: null, id })

function found (user: User | null): User {
  if (user === null) throw new ServiceError('not_found')
  return user
}
