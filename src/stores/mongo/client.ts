// The MongoDB client.
import { MongoClient, type MongoClientOptions } from 'mongodb'
import { clientOptions } from './client-options.js'

/** A client for `url` that connects when it is first used. Whoever calls this closes it. `options` come before the settings of ours, these before those in the URL. */
export function createMongoClient (url: string, options: MongoClientOptions = {}): MongoClient {
  return new MongoClient(url, { ...clientOptions, ...options })
}
