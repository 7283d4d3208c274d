// The operations of openapi.yaml, as the rows on hostile input walk through them.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { ApiDocument, Media, Operation } from '../test/helpers/document.js'

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  examples?: unknown[]
  oneOf?: unknown[]
  properties?: Record<string, Schema>
}

export interface ApiOperation {
  /** Such as `GET /persons/{id}`. */
  name: string
  method: string
  path: string
  /** Whether it asks for a token. */
  guarded: boolean
  /** The path with `id` in place of its parameter. */
  at (id: string): string
  query: string[]
  /** The schema of the body as JSON; undefined where it takes none. */
  body: Schema | undefined
  takesForm: boolean
}

const document = parse(readFileSync(fileURLToPath(new URL('../openapi.yaml', import.meta.url)), 'utf8')) as ApiDocument

function resolve (schema: Schema | undefined): Schema | undefined {
  return schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] as Schema
}

function describe (method: string, path: string, { security = [], parameters = [], requestBody }: Operation): ApiOperation {
  const content: Record<string, Media> = requestBody?.content ?? {}
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    guarded: security.length > 0,
    at: (id) => path.replace('{id}', id),
    query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    body: resolve(content['application/json']?.schema as Schema | undefined),
    takesForm: content['application/x-www-form-urlencoded'] !== undefined
  }
}

export const operations: readonly ApiOperation[] = Object.entries(document.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => describe(method, path, operation)))

/** A body that is as the document says: with every member, or, where only some go together, with those of the example that has `member`. */
export function goodBody ({ examples = [], oneOf, properties = {} }: Schema, member?: string): Record<string, unknown> {
  const given = examples as Array<Record<string, unknown>>
  const example = given.find((one) => member !== undefined && member in one) ?? given[0]
  if (oneOf !== undefined) return { ...example }
  const members = Object.entries(properties).map(([name, { type, examples: [value] = [type === 'boolean' ? true : 'x'] }]) => [name, value])
  return { ...Object.fromEntries(members) as object, ...example }
}
