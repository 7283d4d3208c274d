// The MongoDB client: every time-out set, because the driver's defaults wait for ever on a server that has gone silent.
import { MongoClient, type MongoClientOptions } from 'mongodb'
import { timing } from './timing.js'

/** An acknowledged write is on the journal of a majority. On a standalone server that is its own journal. */
export const writeConcern = { w: 'majority', journal: true, wtimeoutMS: timing.serverMs } as const

const defaults: MongoClientOptions = {
  appName: 'gatehouse',
  // Shorter than the one second in which the API must say 503.
  serverSelectionTimeoutMS: 900,
  connectTimeoutMS: 1500,
  // Longer than a verb may take, so that the verb's own deadline speaks first and a dead socket still goes.
  socketTimeoutMS: 3000,
  waitQueueTimeoutMS: 900,
  maxPoolSize: 50,
  maxIdleTimeMS: 60_000,
  // A server that is back is seen within a second.
  heartbeatFrequencyMS: 1000,
  readPreference: 'primary',
  readConcernLevel: 'local',
  writeConcern,
  // A write whose answer was lost in a failover is repeated exactly once by number. The driver leaves this out on a
  // standalone server by itself.
  retryWrites: true,
  retryReads: true
}

/** A client for `url` that connects when it is first used. Whoever calls this closes it. `options` come before the settings here, these before those in the URL. */
export function createMongoClient (url: string, options: MongoClientOptions = {}): MongoClient {
  return new MongoClient(url, { ...defaults, ...options })
}
