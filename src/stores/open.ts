// Opens the store that a database URL names, for whoever is not the service: the operator's command, scripts.
import type { Config } from '../config.js'
import type { Stores } from './stores.js'

interface StoreLog {
  info (details: object, message: string): void
  warn (details: object, message: string): void
  error (details: object, message: string): void
}

export interface OpenedStores {
  stores: Stores
  /** Closes the stores and what was opened for them. */
  close (): Promise<void>
}

const sqliteScheme = 'sqlite:'

/** The file that a database URL names, or null where it names a server. */
export function sqlitePath (databaseUrl: string): string | null {
  return databaseUrl.startsWith(sqliteScheme) ? databaseUrl.slice(sqliteScheme.length) : null
}

/** Loads only the engine that is asked for. Rejects with an Error in words where the URL or the file cannot be used; a server
 * that is down shows at the first verb (`store_unavailable`). */
export async function openStores ({ databaseUrl }: Pick<Config, 'databaseUrl'>, logger?: StoreLog): Promise<OpenedStores> {
  const path = sqlitePath(databaseUrl)
  return path === null ? await openMongo(databaseUrl, logger) : await openSqlite(path, logger)
}

async function openSqlite (path: string, logger?: StoreLog): Promise<OpenedStores> {
  const { openSqliteStores } = await import('./sqlite/index.js')
  const stores = await openSqliteStores({ path, ...(logger !== undefined && { logger }) })
  return { stores, close: async () => { await stores.close() } }
}

async function openMongo (url: string, logger?: StoreLog): Promise<OpenedStores> {
  const { createMongoClient, openMongoStores } = await import('./mongo/index.js')
  const client = createMongoClient(url)
  const stores = openMongoStores({ client, databaseName: client.db().databaseName, ...(logger !== undefined && { logger }) })
  async function close (): Promise<void> {
    await stores.close()
    await client.close()
  }
  return { stores, close }
}
