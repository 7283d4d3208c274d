// Opens the store that DATABASE_URL names, and closes what it opened. Only the engine that is used is loaded.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Stores } from '../src/stores/stores.js'

declare module 'fastify' {
  interface FastifyInstance {
    stores: Stores
  }
}

export interface StoresOptions {
  /** An open store that somebody else closes, in place of the one DATABASE_URL names. */
  stores?: Stores
}

/** @fastify/mongodb gets a client of ours, which connects when it is used: the service starts while the database is down. */
async function openMongo (app: FastifyInstance): Promise<Stores> {
  const { createMongoClient, openMongoStores } = await import('../src/stores/mongo/index.js')
  const { default: fastifyMongodb } = await import('@fastify/mongodb')
  const client = createMongoClient(app.config.databaseUrl)
  const databaseName = client.db().databaseName
  await app.register(fastifyMongodb, { client, database: databaseName })
  app.addHook('onClose', async () => { await client.close() })
  return openMongoStores({ client, databaseName, logger: app.log })
}

async function openSqlite (app: FastifyInstance): Promise<Stores> {
  const { openSqliteStores } = await import('../src/stores/sqlite/index.js')
  return await openSqliteStores({ path: app.config.databaseUrl.slice('sqlite:'.length), logger: app.log })
}

export default fp(async function openStores (app: FastifyInstance, { stores: given }: StoresOptions) {
  const stores = given ?? (app.config.databaseUrl.startsWith('sqlite:') ? await openSqlite(app) : await openMongo(app))
  const measured = app.metrics?.measureStores(stores) ?? stores
  app.decorate('stores', app.tracing?.traceStores(measured) ?? measured)
  if (given === undefined) app.addHook('onClose', async () => { await stores.close() })
}, { name: 'stores', dependencies: ['context', 'metrics', 'tracing'] })
