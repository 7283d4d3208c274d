// A session as its owner sees it.
import { type Static, Type } from '@sinclair/typebox'
import type { Session } from '../stores/stores.js'
import { Id, Nullable, Ref, Timestamp } from './fields.js'

export const SessionView = Type.Object({
  id: Id,
  current: Type.Boolean({ description: 'The session of the token that asked' }),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  expiresAt: Timestamp,
  ip: Nullable(Type.String()),
  userAgent: Nullable(Type.String())
}, { $id: 'Session', additionalProperties: false, description: 'One log-in on one device' })

export const SessionList = Type.Object({ items: Type.Array(Ref(SessionView)) }, { $id: 'SessionList', additionalProperties: false })

export function presentSession (session: Session, currentId: string): Static<typeof SessionView> {
  return {
    id: session.id,
    current: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    ip: session.ip,
    userAgent: session.userAgent
  }
}
