// Reads the fields of one foreign row, whatever types they come in, and gathers what is wrong with them.
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { idPattern, newId } from '../ids.js'
import { canonicalEmail } from '../text.js'
import type { FieldMap } from './map-fields.js'
import { objectIdTime, readTime } from './times.js'

/** Our field → the members it may come from, the first that is there and not empty. */
export type Aliases<Field extends string> = Readonly<Record<Field, readonly string[]>>

/** The fields that every kind of row has. */
export type CommonField = 'id' | 'createdAt'

export interface RowReader<Field extends string> {
  readonly reasons: string[]
  refuse (field: Field, reason: string): void
  /** The value as it came, or undefined where it is missing, null or empty. */
  raw (field: Field): unknown
  /** The member that the map gives to the field, and whether the row has it, with whatever value; null where the map has none. */
  mapped (field: Field): { member: string, isThere: boolean } | null
  /** Whether it is not there, or nothing but white space. */
  missing (field: Field): boolean
  /** Trimmed, or null where there is none. A number counts as its digits. Held against the schema, if one is given. */
  text (field: Field, schema?: TSchema): string | null
  email (field: Field): string | null
  /** Also of CSV's words; false where there is none. */
  flag (field: Field): boolean
  time (field: Field): Date | null
  /** The `id` it brings, if it is one of ours, or a new one. */
  id (): string
  /** `createdAt`, or what the ObjectId in `_id` tells, or `now`. */
  createdAt (now: Date): Date
}

export function createRowReader<Field extends string> (
  row: Readonly<Record<string, unknown>>, aliases: Aliases<Field | CommonField>, map: FieldMap
): RowReader<Field | CommonField> {
  const reasons: string[] = []
  // A member that the map gives to one field is no other's by its usual name.
  const claimed = new Set(map.values())

  function refuse (field: Field | CommonField, reason: string): void {
    reasons.push(`${field}: ${reason}`)
  }

  function raw (field: Field | CommonField): unknown {
    const mapped = map.get(field)
    const members = mapped === undefined ? aliases[field].filter(member => !claimed.has(member)) : [mapped]
    return members.map(member => Object.hasOwn(row, member) ? row[member] : undefined).find(value => value !== undefined && value !== null && value !== '')
  }

  function mapped (field: Field | CommonField): { member: string, isThere: boolean } | null {
    const member = map.get(field)
    return member === undefined ? null : { member, isThere: Object.hasOwn(row, member) }
  }

  function missing (field: Field | CommonField): boolean {
    const value = raw(field) ?? ''
    return typeof value === 'string' && value.trim() === ''
  }

  function text (field: Field | CommonField, schema?: TSchema): string | null {
    if (missing(field)) return null
    const value = raw(field)
    if (typeof value !== 'string' && typeof value !== 'number') return refused(field, 'this is not a text.')
    const trimmed = String(value).trim()
    if (/\p{Surrogate}/u.test(trimmed)) return refused(field, 'this is not well-formed Unicode text.')
    return schema === undefined || Value.Check(schema, trimmed) ? trimmed : refused(field, 'this is too long, too short, or has other characters than it may.')
  }

  function refused (field: Field | CommonField, reason: string): null {
    refuse(field, reason)
    return null
  }

  function email (field: Field | CommonField): string | null {
    const given = text(field)
    return given === null ? null : canonicalEmail(given) ?? refused(field, 'this is no e-mail address.')
  }

  function flag (field: Field | CommonField): boolean {
    const value = raw(field)
    const word = missing(field) ? 'false' : typeof value === 'object' ? '' : String(value).trim().toLowerCase()
    if (!['true', 'false', '1', '0', 'yes', 'no'].includes(word)) refuse(field, 'this is neither true nor false.')
    return ['true', '1', 'yes'].includes(word)
  }

  function time (field: Field | CommonField): Date | null {
    return missing(field) ? null : readTime(raw(field)) ?? refused(field, 'this is no time (ISO 8601, or milliseconds since 1970).')
  }

  function id (): string {
    const given = raw('id')
    return typeof given === 'string' && new RegExp(idPattern).test(given) ? given : newId()
  }

  return { reasons, refuse, raw, mapped, missing, text, email, flag, time, id, createdAt: now => time('createdAt') ?? objectIdTime(row['_id']) ?? now }
}
