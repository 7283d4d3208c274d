// What each key of the ring is for at a given moment. Pure functions over the rows of the store.
import type { KeyAlgorithm, SigningKey } from '../stores/stores.js'

/** next: published, does not sign yet · signing · verifying: its tokens count, it signs no more · retired. */
export type KeyState = 'next' | 'signing' | 'verifying' | 'retired'

type Times = Pick<SigningKey, 'kid' | 'algorithm' | 'createdAt' | 'signsFrom' | 'retiresAt'>

export function isRetired (key: Pick<SigningKey, 'retiresAt'>, now: Date): boolean {
  return key.retiresAt !== null && key.retiresAt <= now
}

/** Published, and meant to take over. One that another key has overtaken (it has an end) is not meant to any more. */
export function isNext (key: Times, now: Date): boolean {
  return key.signsFrom > now && key.retiresAt === null
}

/**
 * The key that signs: of those of this algorithm whose time has come and whose end has not, the one made last, ties by
 * kid, so that all instances choose alike. "Made last" and not "signs from last": a key made to sign at once (`rotate
 * --now`) must win over one that was published before it.
 */
export function chooseSigner<T extends Times> (keys: readonly T[], algorithm: KeyAlgorithm, now: Date): T | null {
  let chosen: T | null = null
  for (const key of keys) {
    if (key.algorithm !== algorithm || key.signsFrom > now || isRetired(key, now)) continue
    if (chosen === null || isNewer(key, chosen)) chosen = key
  }
  return chosen
}

function isNewer (key: Times, than: Times): boolean {
  const difference = key.createdAt.getTime() - than.createdAt.getTime()
  return difference === 0 ? key.kid > than.kid : difference > 0
}

export function stateOf (key: Times, signer: Times | null, now: Date): KeyState {
  if (isRetired(key, now)) return 'retired'
  if (key.kid === signer?.kid) return 'signing'
  return isNext(key, now) ? 'next' : 'verifying'
}
