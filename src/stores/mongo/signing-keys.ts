// The key ring, its secret parts sealed.
import type { Collection } from 'mongodb'
import type { SigningKey, SigningKeyStore } from '../stores.js'
import { insertIfAbsent } from './insert-rows.js'
import { bounded } from './timing.js'

export interface SigningKeyDocument extends Omit<SigningKey, 'kid'> { _id: string }

export function toKey ({ _id, algorithm, publicJwk, sealedPrivateJwk, createdAt, signsFrom, retiresAt }: SigningKeyDocument): SigningKey {
  return { kid: _id, algorithm, publicJwk, sealedPrivateJwk, createdAt, signsFrom, retiresAt }
}

export function createSigningKeyStore (keys: Collection<SigningKeyDocument>): SigningKeyStore {
  return {
    async list () {
      return (await keys.find({}, bounded).sort({ createdAt: 1, _id: 1 }).toArray()).map(toKey)
    },

    async insert ({ kid, ...key }) {
      await insertIfAbsent(keys, { _id: kid, ...key })
    },

    async setRetiresAt (kid, retiresAt) {
      return (await keys.updateOne({ _id: kid }, { $set: { retiresAt } })).matchedCount === 1
    },

    async remove (kid) {
      return (await keys.deleteOne({ _id: kid })).deletedCount === 1
    }
  }
}
