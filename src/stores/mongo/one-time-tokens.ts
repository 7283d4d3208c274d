// Tokens that were mailed, by their digest.
import type { Collection } from 'mongodb'
import type { OneTimeToken, OneTimeTokenStore } from '../stores.js'
import { orNull, present } from './documents.js'
import { bounded } from './timing.js'

export interface OneTimeTokenDocument extends Omit<OneTimeToken, 'hash' | 'email'> {
  _id: string
  email?: string
}

export function toDocument ({ hash, purpose, userId, email, createdAt, expiresAt }: OneTimeToken): OneTimeTokenDocument {
  return { _id: hash, purpose, userId, createdAt, expiresAt, ...present({ email }) }
}

export function toToken ({ _id, purpose, userId, email, createdAt, expiresAt }: OneTimeTokenDocument): OneTimeToken {
  return { hash: _id, purpose, userId, email: email ?? null, createdAt, expiresAt }
}

export function createOneTimeTokenStore (tokens: Collection<OneTimeTokenDocument>): OneTimeTokenStore {
  return {
    async insert (token) {
      await tokens.insertOne(toDocument(token))
    },

    async find (hash, purpose, now) {
      return orNull(await tokens.findOne({ _id: hash, purpose, expiresAt: { $gt: now } }, bounded), toToken)
    },

    async consume (hash, purpose, now) {
      return orNull(await tokens.findOneAndDelete({ _id: hash, purpose, expiresAt: { $gt: now } }), toToken)
    },

    async removeFor (userId, purpose) {
      return (await tokens.deleteMany({ userId, purpose })).deletedCount
    }
  }
}
