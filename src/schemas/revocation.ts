// What other services are told of log-outs and changed roles.
import { type Static, Type } from '@sinclair/typebox'
import type { ToldRevocation } from '../tokens/revocation-pages.js'
import { Id, OneOf, Ref, RoleName, Timestamp } from './fields.js'

export const RevocationView = Type.Object({
  kind: OneOf(['session', 'role'], { description: '`session`: refuse every token with this `sid`. `role`: refuse every token with this `sub` and another `role`' }),
  sid: Type.Optional(Id),
  sub: Type.Optional(Id),
  role: Type.Optional(RoleName),
  at: Timestamp,
  forgetAt: Type.String({ format: 'date-time', description: 'From then on no token is left that this is about', examples: ['2026-01-31T09:41:00.000Z'] })
}, { $id: 'Revocation', additionalProperties: false, description: 'Tokens that are not to count any more' })

export const RevocationPage = Type.Object({
  items: Type.Array(Ref(RevocationView)),
  cursor: Type.String({ description: '`since` of the next request' }),
  more: Type.Boolean({ description: 'Whether to ask again at once' })
}, { $id: 'RevocationPage', additionalProperties: false })

export const RevocationQuery = Type.Object({
  since: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9_.:+-]+$', description: '`cursor` of the answer before, or a time (RFC 3339). Without it: all that any token could still carry' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 500, description: 'How many items at most' }))
}, { additionalProperties: false })

export function presentRevocation ({ revocation, forgetAt }: ToldRevocation): Static<typeof RevocationView> {
  const times = { at: revocation.at.toISOString(), forgetAt: forgetAt.toISOString() }
  return revocation.kind === 'session'
    ? { kind: 'session', sid: revocation.sessionId, ...times }
    : { kind: 'role', sub: revocation.userId, role: revocation.role, ...times }
}
