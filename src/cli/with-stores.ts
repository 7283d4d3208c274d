// Configuration and open stores around a command that needs them; closed again whatever becomes of it.
import { type Config, loadConfig } from '../config.js'
import type { Stores } from '../stores/stores.js'
import type { Io } from './io.js'

/** Throws ConfigError, `store_unavailable`, or an Error in words. */
export async function withStores<T> (io: Pick<Io, 'environment' | 'openStores'>, work: (config: Config, stores: Stores) => Promise<T>): Promise<T> {
  const config = loadConfig(io.environment())
  const { stores, close } = await io.openStores(config)
  try {
    await stores.ping()
    return await work(config, stores)
  } finally {
    await close()
  }
}
