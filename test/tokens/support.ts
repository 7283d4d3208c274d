// What the token tests share: a clock that is moved by hand, stores that can be switched off, tokens made without the library under test.
import { createHmac, type KeyObject, sign } from 'node:crypto'
import { ServiceError } from '../../src/errors.js'
import { newId } from '../../src/ids.js'
import { createSealer } from '../../src/seal.js'
import type { KeyAlgorithm, Revocation, SigningKey, Stores } from '../../src/stores/stores.js'
import { createKeyRing, type KeyRing, type KeyRingOptions } from '../../src/tokens/signing-keys.js'

export const authSecret = Buffer.from('q7Vx0mZr4Lk2Tt9HcYw5Bn8PdJf3Gs6R')
export const otherSecret = Buffer.from('W1eNz5uKa8Xo3Qi7Dv2Mb6Cg9Sj4Fh0Y')

/** A clock that stands until it is moved. Begins at a whole second. */
export function createTestClock (start = Date.parse('2026-03-01T12:00:00Z')) {
  let now = start
  const clock = () => new Date(now)
  return Object.assign(clock, { advance (seconds: number) { now += seconds * 1000 } })
}

export interface TestStores {
  stores: Stores
  /** While true, every verb rejects with `store_unavailable`. */
  down: boolean
  keys: SigningKey[]
  revocations: Revocation[]
  calls: { list: number, insert: number, page: number }
}

/** The verbs that tokens need, in memory: for what a healthy database cannot show (outages, counts of calls, races). */
export function createTestStores (): TestStores {
  const state: TestStores = {
    stores: undefined as unknown as Stores,
    down: false,
    keys: [],
    revocations: [],
    calls: { list: 0, insert: 0, page: 0 }
  }
  async function answer<T> (give: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve))
    if (state.down) throw new ServiceError('store_unavailable')
    return give()
  }
  const signingKeys: Stores['signingKeys'] = {
    list: () => answer(() => { state.calls.list += 1; return state.keys.map((key) => ({ ...key })) }),
    insert: (key) => answer(() => { state.calls.insert += 1; state.keys.push(key) }),
    setRetiresAt: (kid, retiresAt) => answer(() => {
      const key = state.keys.find((candidate) => candidate.kid === kid)
      if (key !== undefined) key.retiresAt = retiresAt
      return key !== undefined
    }),
    remove: (kid) => answer(() => {
      const before = state.keys.length
      state.keys = state.keys.filter((key) => key.kid !== kid)
      return state.keys.length < before
    })
  }
  const revocations: Stores['revocations'] = {
    page: (cursor, notBefore, limit) => answer(() => {
      state.calls.page += 1
      const found = state.revocations.findIndex(({ at }) => at >= notBefore)
      const from = cursor !== null ? Number(cursor) : found === -1 ? state.revocations.length : found
      const told = state.revocations.slice(from, from + limit)
      return { revocations: told, cursor: String(from + told.length), more: told.length === limit }
    })
  }
  state.stores = { engine: 'sqlite', signingKeys, revocations } as unknown as Stores
  return state
}

/** A ring over `store` as a process with this secret and algorithm has it. */
export function createTestRing (stores: Stores, clock: () => Date, options: Partial<KeyRingOptions> & { secret?: Buffer } = {}): KeyRing {
  const { secret = authSecret, ...more } = options
  return createKeyRing({ store: stores.signingKeys, sealer: createSealer(secret, 'signing-keys'), algorithm: 'EdDSA', accessTokenSeconds: 600, clock, ...more })
}

export const encode = (value: string | Buffer) => Buffer.from(value).toString('base64url')

/** A signature by hand (RFC 7515 §5.1), so that what is checked is not what made it. */
export function signText (algorithm: KeyAlgorithm, key: KeyObject, input: string): string {
  if (algorithm === 'HS256') return createHmac('sha256', key).update(input).digest('base64url')
  if (algorithm === 'EdDSA') return sign(null, Buffer.from(input), key).toString('base64url')
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
}

/** A token of any header and claims, given as JSON text or as values. */
export function forge (algorithm: KeyAlgorithm, key: KeyObject, header: unknown, payload: unknown): string {
  const text = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value)
  const input = `${encode(text(header))}.${encode(text(payload))}`
  return `${input}.${signText(algorithm, key, input)}`
}

export interface Facts { kid: string, algorithm: KeyAlgorithm, issuer: string, audience: string, now: Date }

/** Header and claims that the service accepts. */
export function goodToken ({ kid, algorithm, issuer, audience, now }: Facts) {
  const iat = Math.floor(now.getTime() / 1000)
  return {
    header: { alg: algorithm as string, typ: 'at+jwt', kid },
    claims: { iss: issuer, aud: audience, sub: newId(), sid: newId(), role: 'client', iat, exp: iat + 600, jti: newId() }
  }
}
