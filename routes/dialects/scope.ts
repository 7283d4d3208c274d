// The scope that a dialect lives in: its refusals, its bodies, its page in the document.
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyPluginAsync, RouteOptions } from 'fastify'
import { ServiceError } from '../../src/errors.js'
import type { Claim } from './claims.js'
import { describeInDialect } from './describe.js'
import type { Dialect } from './dialect.js'
import { answerRefusals } from './refusals.js'

export interface ScopeOptions {
  claim: Claim
  /** Whether unknown addresses under the prefix are answered in this dialect. */
  ownsPrefix: boolean
}

export function scopeOf (dialect: Dialect, { claim, ownsPrefix }: ScopeOptions): FastifyPluginAsync {
  const swaggerTransform = describeInDialect(dialect)

  return async function dialectScope (app: FastifyInstance) {
    answerRefusals(app, dialect.shape)
    if (ownsPrefix) app.setNotFoundHandler(refuseUnknown)
    app.addHook('onRoute', function settleRoute (route: RouteOptions) {
      for (const method of [route.method].flat()) if (method !== 'HEAD') claim(dialect.name, method, route.url)
      if (route.schema?.body !== undefined) route.schema = { ...route.schema, consumes: ['application/json', 'application/x-www-form-urlencoded'] }
      route.config = { ...route.config, swaggerTransform }
    })
    await app.register(formbody)
    await app.register(dialect.routes)
  }
}

/** plugins/methods.ts refuses before, in the shape of this scope; were it not there, this would. */
export async function refuseUnknown (): Promise<never> {
  throw new ServiceError('not_found')
}
