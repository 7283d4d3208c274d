// The ring of keys that sign and verify access tokens: made at the first start, shared by all instances through the store.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.js'
import { ServiceError } from '../errors.js'
import type { Sealer } from '../seal.js'
import type { KeyAlgorithm, SigningKey, SigningKeyStore } from '../stores/stores.js'
import { openKey } from './key-check.js'
import { generatePrivateJwk, type KeyMaterial, keyMaterial, type PublicJwk } from './key-material.js'
import { chooseSigner, isNext, isRetired, type KeyState, stateOf } from './key-states.js'
import type { TokenLog } from './log.js'

/** How long others may keep the key set (Cache-Control of /.well-known/jwks.json). */
export const jwksCacheSeconds = 300
/** Every instance knows a new key within this time: `refresh` runs every 10 s. */
export const ringPollSeconds = 15
/** How far apart the clocks of two instances may be. */
export const clockSkewSeconds = 60
const reloadMilliseconds = 1000
const kidPattern = /^[A-Za-z0-9_-]{43}$/

export interface KeyRingOptions {
  store: SigningKeyStore
  /** createSealer(authSecret, 'signing-keys'). */
  sealer: Sealer
  /** What new tokens are signed with. */
  algorithm: KeyAlgorithm
  /** The longest life of any access token, in seconds: so long a key goes on verifying after it has signed its last. */
  accessTokenSeconds: number
  clock: Clock
  logger?: TokenLog
}

export interface SigningKeyInfo extends Pick<SigningKey, 'kid' | 'algorithm' | 'createdAt' | 'signsFrom' | 'retiresAt'> { state: KeyState }

export interface KeyRing {
  /** Whether the keys have been read at least once. */
  readonly loaded: boolean
  /** Reads the keys; makes the first one, or the first of a new algorithm, and that one signs at once. Throws `store_unavailable`,
   * or an Error that says so when AUTH_SECRET does not open the keys. The caller tries again. */
  load (): Promise<void>
  /** As `load`; called every 10 s. A key that cannot be opened is logged and left out. */
  refresh (): Promise<void>
  /** The key that signs now. Throws `store_unavailable` while there is none. */
  signer (): KeyMaterial
  /** The key that verifies, or null: never heard of, or retired. An unknown kid makes the ring read again, at most once a
   * second, and is answered after that; a store that is down then means null. Throws `store_unavailable` only if the ring was never
   * loaded. */
  find (kid: string): Promise<KeyMaterial | null>
  /** Whether tokens of this key count at present. Asks nobody. */
  counts (kid: string): boolean
  /** The public keys, the next one included and retired ones not (RFC 7517 §5). Throws `store_unavailable` if never loaded. */
  jwks (): { keys: PublicJwk[] }
  /**
   * Publishes the next key. It signs after `publishSeconds` (default 315: when every instance and every cache of the key set has it);
   * the older ones verify until the last of their tokens has died. With `now` it signs at once: for a key that may
   * have leaked; who keeps a copy of the key set must then read it anew.
   * Throws an Error while a next key is pending, unless `now`: rotating twice would only pile up keys. Then the pending
   * one never signs. Two rotations at the same instant both publish; the key made last signs and no token is lost.
   */
  rotate (options?: { publishSeconds?: number, now?: boolean }): Promise<SigningKeyInfo>
  /** All keys, oldest first. */
  list (): SigningKeyInfo[]
}

interface RingKey extends SigningKey { material: KeyMaterial | null }

/** The ring over `store`. Nothing is read before `load`. */
export function createKeyRing ({ store, sealer, algorithm, accessTokenSeconds, clock, logger }: KeyRingOptions): KeyRing {
  let ring: ReadonlyMap<string, RingKey> | null = null
  let reading: Promise<void> | null = null
  let nextLook: Promise<void> | null = null
  let lookedAt = Number.NEGATIVE_INFINITY

  function loadedRing (): ReadonlyMap<string, RingKey> {
    if (ring === null) throw new ServiceError('store_unavailable', { cause: new Error('The signing keys have not been read yet.') })
    return ring
  }

  function signerAt (now: Date): RingKey & { material: KeyMaterial } | null {
    const usable = [...loadedRing().values()].filter((key): key is RingKey & { material: KeyMaterial } => key.material !== null)
    return chooseSigner(usable, algorithm, now)
  }

  function open (row: SigningKey): KeyMaterial | null {
    try {
      return openKey(row, sealer)
    } catch (error) {
      if (ring === null) throw error
      logger?.error({ kid: row.kid }, (error as Error).message)
      return null
    }
  }

  async function readStore (): Promise<void> {
    const rows = await store.list()
    const now = clock()
    const next = new Map<string, RingKey>()
    for (const row of rows) {
      const known = ring?.get(row.kid)
      next.set(row.kid, { ...row, material: isRetired(row, now) ? null : known?.material ?? open(row) })
    }
    ring = next
  }

  /** Made later than every other key, whatever this clock says: the key made last is the one that signs. */
  async function addKey (signsFrom: Date): Promise<string> {
    const latest = Math.max(0, ...[...loadedRing().values()].map((key) => key.createdAt.getTime()))
    const createdAt = new Date(Math.max(clock().getTime(), latest + 1))
    const jwk = generatePrivateJwk(algorithm)
    const { kid, publicJwk } = keyMaterial(algorithm, jwk)
    await store.insert({ kid, algorithm, publicJwk: publicJwk === null ? null : { ...publicJwk }, sealedPrivateJwk: sealer.seal(JSON.stringify(jwk), kid), createdAt, signsFrom, retiresAt: null })
    return kid
  }

  async function readAndProvide (): Promise<void> {
    await readStore()
    const now = clock()
    if (signerAt(now) !== null) return
    const kid = await addKey(now)
    logger?.info({ kid, algorithm }, 'made a signing key')
    await readStore()
  }

  function refresh (): Promise<void> {
    reading ??= readAndProvide().finally(() => { reading = null })
    return reading
  }

  /** A reading that began before a write of ours may not show it. */
  async function refreshAnew (): Promise<void> {
    await reading?.catch(() => undefined)
    await refresh()
  }

  /**
   * Reads for kids that the ring does not know: together, and at most once a second. Who comes in between waits for the next time.
   * To be refused at once would be wrong for the token of a key just made, and anybody can send kids that are made up.
   */
  function readForUnknown (): Promise<void> {
    nextLook ??= look()
    return nextLook
  }

  async function look (): Promise<void> {
    await sleep(Math.max(0, lookedAt + reloadMilliseconds - performance.now()))
    lookedAt = performance.now()
    nextLook = null
    await refreshAnew().catch((error: unknown) => logger?.warn({ err: error }, 'could not read the signing keys for an unknown kid'))
  }

  function materialOf (kid: string): KeyMaterial | null {
    const key = loadedRing().get(kid)
    return key === undefined || isRetired(key, clock()) ? null : key.material
  }

  function info (key: RingKey, now: Date): SigningKeyInfo {
    const { kid, createdAt, signsFrom, retiresAt } = key
    return { kid, algorithm: key.algorithm, createdAt, signsFrom, retiresAt, state: stateOf(key, signerAt(now), now) }
  }

  function list (): SigningKeyInfo[] {
    const now = clock()
    return [...loadedRing().values()].map((key) => info(key, now))
  }

  return {
    get loaded () { return ring !== null },
    load: refresh,
    refresh,
    list,
    signer () {
      const key = signerAt(clock())
      if (key === null) throw new ServiceError('store_unavailable', { cause: new Error(`There is no ${algorithm} key to sign with.`) })
      return key.material
    },
    async find (kid) {
      if (!kidPattern.test(kid)) return null
      // A reading that is under way may bring it; else one that begins after the token came.
      if (!loadedRing().has(kid)) await reading?.catch(() => undefined)
      if (!loadedRing().has(kid)) await readForUnknown()
      return materialOf(kid)
    },
    counts: (kid) => materialOf(kid) !== null,
    jwks () {
      const now = clock()
      const published = [...loadedRing().values()].map((key) => isRetired(key, now) ? null : key.material?.publicJwk ?? null)
      return { keys: published.filter((jwk) => jwk !== null) }
    },
    async rotate ({ publishSeconds = jwksCacheSeconds + ringPollSeconds, now: atOnce = false } = {}) {
      await refreshAnew()
      const now = clock()
      const older = [...loadedRing().values()].filter((key) => !isRetired(key, now))
      const pending = older.find((key) => isNext(key, now))
      if (pending !== undefined && !atOnce) throw new Error(`The next signing key (${pending.kid}) is published already and signs from ${pending.signsFrom.toISOString()}. Wait until then, or rotate with --now.`)
      const signsFrom = atOnce ? now : new Date(now.getTime() + publishSeconds * 1000)
      // The new key first: a crash after it leaves old keys without an end, never tokens without a key.
      const kid = await addKey(signsFrom)
      const retiresAt = new Date(signsFrom.getTime() + (accessTokenSeconds + clockSkewSeconds) * 1000)
      // An end that an earlier rotation set stays where it comes first; a rotation that has overtaken it brings it forward.
      const lasting = older.filter((key) => key.retiresAt === null || key.retiresAt > retiresAt)
      for (const key of lasting) await store.setRetiresAt(key.kid, retiresAt)
      await refreshAnew()
      return list().find((key) => key.kid === kid) as SigningKeyInfo
    }
  }
}
