// What `gatehouse/client` offers.
export { createClient, type Client, type ClientOptions, type Page, type WriteOptions } from './client.js'
export { GatehouseError } from './error.js'
export { type EndReason } from './session.js'
export { memoryStorage, type TokenStorage } from './storage.js'
export { type CallOptions } from './transport.js'
export type * from './api-types.js'
