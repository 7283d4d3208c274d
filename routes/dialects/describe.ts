// What the OpenAPI document says of a dialect's operations beyond their own schemas.
import type { FastifySchema } from 'fastify'
import type { Dialect } from './dialect.js'

const ofAll: Record<number, string> = { 429: 'Too many tries: wait as long as Retry-After says', 500: 'A fault of the service', 503: 'Too busy, or the database does not answer: try again as Retry-After says' }
const ofBodies: Record<number, string> = { 413: 'The body is too large', 415: 'The body is neither JSON nor a form' }

export const tagOf = ({ name }: Pick<Dialect, 'name'>): string => `dialect: ${name}`

/** For @fastify/swagger, in place of what describes the main API: a dialect has refusals of its own. */
export function describeInDialect (dialect: Dialect) {
  return function describe ({ schema, url }: { schema: FastifySchema, url: string }): { schema: FastifySchema, url: string } {
    const common = { ...ofAll, ...(schema.body !== undefined && ofBodies) }
    const refusals = Object.fromEntries(Object.entries(common).map(([status, description]) => [status, { ...dialect.refusal, description }]))
    return { schema: { ...schema, tags: [tagOf(dialect)], security: schema.security ?? [], response: { ...refusals, ...schema.response as object } }, url }
  }
}
