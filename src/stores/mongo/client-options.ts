// How the MongoDB client is set, whoever makes it: every time-out, because the driver's defaults wait for ever on a server that has gone
// silent. Without the driver itself, so that who has no use for it does not load it.
import type { MongoClientOptions } from 'mongodb'
import { timing } from './timing.js'

/** An acknowledged write is on the journal of a majority. On a standalone server that is its own journal. */
export const writeConcern = { w: 'majority', journal: true, wtimeoutMS: timing.serverMs } as const

export const clientOptions: MongoClientOptions = {
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
