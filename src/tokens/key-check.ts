// Whether the signing keys in a store can be used with a secret. Makes none, and tells nothing of them but their kid.
import { type Sealer } from '../seal.js'
import { type SigningKey } from '../stores/stores.js'
import { keyMaterial } from './key-material.js'
import { isRetired } from './key-states.js'

/** The kids of the keys that still count at `now` and do not open, or are not the key that their kid says. */
export function unusableKeys (keys: readonly SigningKey[], sealer: Sealer, now: Date): string[] {
  return keys.filter((key) => !isRetired(key, now) && !opens(key, sealer)).map(({ kid }) => kid)
}

function opens ({ kid, algorithm, sealedPrivateJwk }: SigningKey, sealer: Sealer): boolean {
  try {
    return keyMaterial(algorithm, JSON.parse(sealer.open(sealedPrivateJwk, kid))).kid === kid
  } catch {
    return false
  }
}
