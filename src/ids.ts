// Identifiers: UUIDv7 (RFC 9562 §5.7), so that ids sort by the time they were made.
import { v7 } from 'uuid'

export const idPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/** A new id. Ids made later by this process sort after earlier ones. */
export function newId (): string {
  return v7()
}
