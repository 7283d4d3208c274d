// Lets the metrics ask the parts of the service how they are.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { about } from '../src/about.js'

export default fp(async function gauges (app: FastifyInstance) {
  const { metrics, turnLimit, stores, services, verifiedTokens, revocationFeed, mailWorker } = app
  metrics?.watch({
    version: about.version,
    engine: stores.engine,
    hashing: () => services.hasher.stats(),
    shedRequests: () => turnLimit?.refused ?? 0,
    verifiedTokens: () => verifiedTokens.stats(),
    revocationLagMilliseconds: () => revocationFeed.lagMilliseconds(),
    mail: async () => await mailWorker.stats()
  })
}, { name: 'gauges', dependencies: ['metrics', 'load', 'stores', 'tokens', 'mail', 'services'] })
