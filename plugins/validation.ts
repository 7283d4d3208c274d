// How input is checked: bodies strictly (nothing converted, nothing dropped), query and path with conversion from text, and every
// fault told at once in words.
import Ajv, { type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaValidationError, FastifyServerOptions } from 'fastify'
import { once } from '../src/once.js'
import type { FieldError } from '../src/errors.js'
import { canonicalEmail } from '../src/text.js'

type BuildValidator = NonNullable<NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>['buildValidator']>

function createAjv (schemas: Record<string, unknown>, options: Options) {
  const ajv = new Ajv.default({ allErrors: true, useDefaults: true, removeAdditional: false, strict: false, ...options })
  addFormats.default(ajv, ['date-time'])
  ajv.addFormat('email', (text: string) => canonicalEmail(text) !== null)
  ajv.addFormat('password', true)
  for (const schema of Object.values(schemas)) ajv.addSchema(schema as object)
  return ajv
}

/**
 * Fastify's hook for validators of our own. A pair of compilers serves a whole scope. Schemas are compiled when they are first asked:
 * compiling all of them at the start would be most of the time until the service listens.
 */
export const buildValidator = ((schemas: Record<string, unknown>) => {
  const strict = once(() => createAjv(schemas, { coerceTypes: false }))
  const converting = once(() => createAjv(schemas, { coerceTypes: true }))
  return ({ schema, httpPart }: { schema: object, httpPart?: string }) => {
    const compiled = once(() => (httpPart === 'body' ? strict : converting)().compile(schema))
    const validate: { (data: unknown): unknown, errors?: unknown } = (data) => {
      const valid = compiled()(data)
      validate.errors = compiled().errors
      return valid
    }
    return validate
  }
}) as unknown as BuildValidator

const words: Record<string, (params: Record<string, unknown>) => string> = {
  required: () => 'is required',
  additionalProperties: () => 'is not a member of this',
  type: ({ type }) => `must be of type ${String(type).replace(',', ' or ')}`,
  enum: ({ allowedValues }) => `must be one of ${(allowedValues as string[]).join(', ')}`,
  minLength: ({ limit }) => limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} characters`,
  maxLength: ({ limit }) => `must have at most ${String(limit)} characters`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  oneOf: () => 'must have one of its alternatives, and only one',
  format: ({ format }) => format === 'email' ? 'is not an e-mail address' : `is not a ${String(format)}`,
  pattern: () => 'has characters or a length that it may not have'
}

/** The faults that Ajv found, as `errors` of the problem: a JSON pointer into the body (RFC 6901), `?name` for the query. */
export function describeFaults (faults: readonly FastifySchemaValidationError[], part: string | undefined): FieldError[] {
  return faults.map(({ keyword, instancePath, params, message = '' }) => {
    const member = keyword === 'required' ? params.missingProperty : keyword === 'additionalProperties' ? params.additionalProperty : undefined
    const pointer = member === undefined ? instancePath : `${instancePath}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`
    return { path: part === 'querystring' ? `?${pointer.slice(1)}` : pointer, message: words[keyword]?.(params) ?? message }
  })
}
