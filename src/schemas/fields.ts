// The smallest parts of the contract: each constraint on a value stands here once.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { idPattern } from '../ids.js'
import { personSorts, roles } from '../stores/stores.js'

/** `type` or null, in the form that JSON Schema 2020-12 and OpenAPI 3.1 prefer. */
export function Nullable<T extends TSchema> (schema: T) {
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] })
}

/** One of a fixed list of strings. */
export function OneOf<const T extends readonly string[]> (values: T, options: Record<string, unknown> = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: values, ...options })
}

/** A reference to a schema that is registered under its `$id` and stands by that name in the document. */
export function Ref<T extends TSchema> (schema: T) {
  if (schema.$id === undefined) throw new Error('Only a schema with an $id can be referred to.')
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` })
}

// What people may be called: any text that is not all white space, has no NUL (SQLite ends a text there) and no lone surrogate
// (UTF-8 cannot hold one). Reads the same with and without the flag `u`, and takes linear time.
const character = (besides: string) => `(?:[^\\u0000\\uD800-\\uDFFF${besides}]|[\\uD800-\\uDBFF][\\uDC00-\\uDFFF])`
export const visibleText = `^\\s*${character('\\s')}${character('')}*$`

export const Id = Type.String({ pattern: idPattern, description: 'UUIDv7', examples: ['019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'] })
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds', examples: ['2026-01-31T09:30:00.000Z'] })
/** The format `email` is src/text.ts' canonicalEmail, see plugins/validation.ts. */
export const Email = Type.String({ format: 'email', minLength: 3, maxLength: 320, description: 'At most 254 characters without the white space around it', examples: ['ada@example.com'] })
export const Username = Type.String({ pattern: '^[A-Za-z0-9._-]{3,64}$', description: 'Unique ignoring case', examples: ['ada'] })
export const PersonName = Type.String({ minLength: 1, maxLength: 100, pattern: visibleText, examples: ['Ada'] })
export const Phone = Type.String({ minLength: 3, maxLength: 32, pattern: '^[+0-9 ()./-]{3,32}$', examples: ['+44 20 7946 0000'] })
/** A password to be checked: any text, so that old ones can be tried whatever today's policy is. */
export const GivenPassword = Type.String({ minLength: 1, maxLength: 1024, format: 'password', examples: ['correct horse battery staple'] })
/** A password to be set. Its policy (length in code points, common ones) is src/passwords/policy.ts: 422 `weak_password`. */
export const NewPassword = Type.String({ minLength: 1, maxLength: 1024, format: 'password', description: '8 to 256 code points, not a common one', examples: ['correct horse battery staple'] })
export const RoleName = OneOf(roles, { examples: ['client'] })

const Limit = Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'How many items at most' })
// The longest of ours stands on a name of 200 characters, each of which NFC may make three of, each of those four bytes: 3,276 in base64url.
const Cursor = Type.String({ minLength: 1, maxLength: 4096, description: '`nextCursor` of the page before, with the same sort and filter' })
const Total = Type.Boolean({ default: false, description: 'Also count all that match' })
/** Query members of every list. */
export const listQuery = { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor), total: Type.Optional(Total) }

/** A page of a list. */
export function PageOf<T extends TSchema> (item: T) {
  return Type.Object({
    items: Type.Array(item),
    nextCursor: Nullable(Type.String({ description: 'null on the last page; a page with fewer items than asked for need not be the last' })),
    total: Type.Optional(Type.Integer({ minimum: 0 }))
  }, { additionalProperties: false })
}

const totalIsMinimum = Type.Boolean({ description: 'True where there are more than `total`, or may be: what is searched for is counted up to 1000, and not through all of a large table' })

/** A page of a list that is not counted to its end. */
export function SearchedPageOf<T extends TSchema> (item: T) {
  return Type.Object({ ...PageOf(item).properties, totalIsMinimum: Type.Optional(totalIsMinimum) }, { additionalProperties: false })
}

export const SortOrder = OneOf(personSorts, { default: 'createdAt' })
