// What an admin sees: accounts with their standing, and the audit log; and the bodies and queries about them.
import { type Static, Type } from '@sinclair/typebox'
import type { AuditEntry, User } from '../stores/stores.js'
import { Id, listQuery, Nullable, PageOf, Ref, RoleName, SearchedPageOf, Timestamp } from './fields.js'
import { presentUser, UserView } from './user.js'

const disabled = Type.Boolean({ description: 'A disabled account cannot log in', examples: [false] })

export const UserForAdmin = Type.Object({ ...UserView.properties, disabled }, { $id: 'UserForAdmin', additionalProperties: false, description: 'An account as an admin sees it' })

export const UserPage = Type.Object(SearchedPageOf(Ref(UserForAdmin)).properties, { $id: 'UserPage', additionalProperties: false })

export const UserPatchBody = Type.Object({
  role: Type.Optional(RoleName),
  disabled: Type.Optional(disabled),
  emailVerified: Type.Optional(Type.Boolean({ description: 'Whether the address counts as proved' }))
}, { $id: 'UserPatch', additionalProperties: false, description: 'What is left out stays', examples: [{ role: 'manager' }, { disabled: true }] })

export const UserQuery = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$', description: 'Prefix of e-mail, username, first or last name, ignoring case' })),
  role: Type.Optional(RoleName),
  disabled: Type.Optional(disabled)
}, { additionalProperties: false })

const Event = Type.String({ pattern: '^[a-z_]{1,64}$', description: 'A name of the OWASP Logging Vocabulary', examples: ['authn_login_fail'] })

export const AuditLine = Type.Object({
  id: Id,
  at: Timestamp,
  event: Event,
  userId: Nullable(Type.String({ description: 'About whom' })),
  actorId: Nullable(Type.String({ description: 'Who did it, where that is somebody else' })),
  ip: Nullable(Type.String()),
  userAgent: Nullable(Type.String()),
  detail: Type.Unsafe<AuditEntry['detail']>({ type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] }, description: 'Further facts, never a secret', examples: [{ from: 'client', to: 'manager' }] })
}, { $id: 'AuditEntry', additionalProperties: false, description: 'A line of the audit log' })

export const AuditPage = Type.Object(PageOf(Ref(AuditLine)).properties, { $id: 'AuditPage', additionalProperties: false })

export const AuditQuery = Type.Object({
  ...listQuery,
  userId: Type.Optional(Id),
  event: Type.Optional(Event),
  since: Type.Optional(Timestamp)
}, { additionalProperties: false })

export function presentUserForAdmin (user: User): Static<typeof UserForAdmin> {
  return { ...presentUser(user), disabled: user.disabled }
}

export function presentAuditEntry (entry: AuditEntry): Static<typeof AuditLine> {
  return { ...entry, at: entry.at.toISOString() }
}
