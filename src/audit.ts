// The audit log: what happened, to whom, by whom, from where. Event names are those of the OWASP Logging Vocabulary.
import type { Clock } from './clock.js'
import { newId } from './ids.js'
import type { AuditEntry, AuditStore } from './stores/stores.js'

export type AuditEvent =
  | 'authn_login_success' | 'authn_login_fail' | 'authn_token_reuse' | 'authn_token_revoked' | 'authn_token_created'
  | 'authn_password_change' | 'authn_password_change_fail'
  | 'authz_fail' | 'authz_change' | 'excess_rate_limit_exceeded' | 'sensitive_create' | 'user_created' | 'user_create_fail' | 'user_updated' | 'user_update_fail' | 'user_deleted'

/** From where a request came: its address and the program that it names. */
export interface Device { ip: string | null, userAgent: string | null }

/** What a client says of itself is kept this far, in characters: logs and lists are not to grow by it. */
const kept = { ip: 64, userAgent: 256 } as const

/** `ip` is undefined where the client has gone already. */
export function createDevice (ip: string | undefined, userAgent: string | undefined): Device {
  return { ip: ip?.slice(0, kept.ip) ?? null, userAgent: userAgent?.slice(0, kept.userAgent) ?? null }
}

/** `actorId` of what was done by the operator's command: whoever runs it has no account that it knows of. */
export const operatorId = 'operator'

export interface AuditFacts {
  userId?: string | null
  actorId?: string | null
  device?: Device
  detail?: AuditEntry['detail']
}

export interface Audit {
  /** Appends an entry. Rejects as the store does. */
  record (event: AuditEvent, facts: AuditFacts): Promise<void>
}

export function createAudit ({ store, clock }: { store: AuditStore, clock: Clock }): Audit {
  return {
    async record (event, { userId = null, actorId = null, device, detail = {} }) {
      await store.append({ id: newId(), at: clock(), event, userId, actorId, ip: device?.ip ?? null, userAgent: device?.userAgent ?? null, detail })
    }
  }
}
