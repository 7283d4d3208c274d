// What a dialect is: one older server's operations, and its way of saying no.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { TSchema } from '@sinclair/typebox'
import type { DialectName } from '../../src/environment.js'
import type { RefusalShape } from './refusals.js'

export interface Dialect {
  readonly name: DialectName
  /** How it says no, unless an operation has a way of its own. */
  readonly shape: RefusalShape
  /** The body of such a refusal, for the document. */
  readonly refusal: TSchema
  /** Its operations, at the paths the older server had. */
  readonly routes: FastifyPluginAsyncTypebox
}
