// Identifiers: UUIDv7 (RFC 9562 §5.7), so that ids sort by the time they were made; requests, which nobody sorts, have shorter ones.
import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

export const idPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/** A new id. Ids made later by this process sort after earlier ones. */
export function newId (): string {
  return v7()
}

/** Of a request's name: 96 bits at random, 16 characters of base64url. */
const requestIdBytes = 12
const pool = Buffer.alloc(requestIdBytes * 512)
let used = pool.length

/** A new name for a request, to find it in the log. The bytes come in stacks: asking for a few each time costs more than the rest of it. */
export function newRequestId (): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += requestIdBytes
  return pool.toString('base64url', used - requestIdBytes, used)
}
