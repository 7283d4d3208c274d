// Which members of a row are known to hold no secret: only those are shown where a row is refused.
import type { FieldMap } from '../../imports/map-fields.js'

/** Our fields, each with its usual names. */
export type UsualNames = Readonly<Record<string, readonly string[]>>

const secretFields = ['password', 'passwordHash']

export interface KnownMembers {
  /** Whether a field is read from it, or may be. */
  isKnown (member: string): boolean
  /** Whether it is known, and no secret. */
  isShown (member: string): boolean
}

export function knownMembers (fields: UsualNames, map: FieldMap): KnownMembers {
  const named = (field: string): string[] => [...(fields[field] ?? []), ...[map.get(field) ?? []].flat()]
  const secret = new Set(secretFields.flatMap(named))
  const known = new Set(Object.keys(fields).flatMap(named))
  return {
    isKnown: (member) => known.has(member),
    // MongoDB's own id finds the row again.
    isShown: (member) => (known.has(member) || member === '_id') && !secret.has(member)
  }
}
