// The table of signing keys.
import type { KeyAlgorithm, SigningKey, SigningKeyStore } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { instant, instantOrNull, milliseconds } from './values.js'
import type { Writer } from './writer.js'

export interface KeyRow {
  kid: string
  algorithm: KeyAlgorithm
  public_jwk: string | null
  sealed_private_jwk: string
  created_at: number
  signs_from: number
  retires_at: number | null
}

export function keyOf (row: KeyRow): SigningKey {
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk: row.public_jwk === null ? null : JSON.parse(row.public_jwk) as Record<string, string>,
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: instant(row.created_at),
    signsFrom: instant(row.signs_from),
    retiresAt: instantOrNull(row.retires_at)
  }
}

export function insertKey (db: Connection, key: SigningKey): void {
  db.run(`INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private_jwk, created_at, signs_from, retires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kid) DO NOTHING`, [
    key.kid,
    key.algorithm,
    key.publicJwk === null ? null : JSON.stringify(key.publicJwk),
    key.sealedPrivateJwk,
    key.createdAt.getTime(),
    key.signsFrom.getTime(),
    milliseconds(key.retiresAt)
  ])
}

export function setRetiresAt (db: Connection, kid: string, retiresAt: Date | null): boolean {
  return db.run('UPDATE signing_keys SET retires_at = ? WHERE kid = ?', [milliseconds(retiresAt), kid]) === 1
}

export function removeKey (db: Connection, kid: string): boolean {
  return db.run('DELETE FROM signing_keys WHERE kid = ?', [kid]) === 1
}

export function createSigningKeyStore (reader: Reader, writer: Writer): SigningKeyStore {
  return {
    list: async () => reader.read(db => db.all<KeyRow>('SELECT * FROM signing_keys ORDER BY created_at, kid').map(keyOf)),
    insert: async key => writer.run('insertKey', key),
    setRetiresAt: async (kid, retiresAt) => writer.run('setRetiresAt', kid, retiresAt),
    remove: async kid => writer.run('removeKey', kid)
  }
}
