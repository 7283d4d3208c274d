// Identifiers: UUIDv7 (RFC 9562 §5.7), so that ids sort by the time they were made; requests, which nobody sorts, have shorter ones.
import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

export const idPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/** A new id. Ids made later by this process sort after earlier ones. */
export function newId (): string {
  return v7()
}

/** Of a request's name: 96 bits at random. */
const requestIdCharacters = 16
let names = ''
let used = 0

/** A new name for a request, to find it in the log: 16 characters of base64url. They are cut from long texts, since asking for a few
 * random bytes each time costs more than all the rest of it. */
export function newRequestId (): string {
  if (used === names.length) {
    names = randomBytes(6144).toString('base64url')
    used = 0
  }
  used += requestIdCharacters
  return names.slice(used - requestIdCharacters, used)
}
