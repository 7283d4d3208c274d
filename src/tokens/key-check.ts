// Whether the signing keys in a store can be used with a secret. Makes none, and tells nothing of them but their kid.
import type { Sealer } from '../seal.js'
import type { SigningKey } from '../stores/stores.js'
import { keyMaterial, type KeyMaterial } from './key-material.js'
import { isRetired } from './key-states.js'

/** The key of a row. Throws an Error in words, with the kid, where AUTH_SECRET does not open it, or where what is in it is not the
 * key that the row says: to sign with that would give tokens that nobody can verify. */
export function openKey ({ kid, algorithm, sealedPrivateJwk }: SigningKey, sealer: Sealer): KeyMaterial {
  const jwk = unseal(kid, sealedPrivateJwk, sealer)
  try {
    const material = keyMaterial(algorithm, JSON.parse(jwk))
    if (material.kid === kid) return material
    throw new Error('The kid is that of another key.')
  } catch (cause) {
    const message = `The signing key ${kid} in this database is damaged: what it holds is not that ${algorithm} key.`
    throw new Error(`${message} Restore the database from a backup.`, { cause })
  }
}

function unseal (kid: string, sealed: string, sealer: Sealer): string {
  try {
    return sealer.open(sealed, kid)
  } catch (cause) {
    const message = `AUTH_SECRET is not the one the signing keys in this database were sealed with (key ${kid}).`
    throw new Error(`${message} Start with the AUTH_SECRET of before. To leave it behind: gatehouse keys retire --unopenable.`, { cause })
  }
}

/** The kids of the keys that still count at `now` and do not open, or are not the key that their kid says. */
export function unusableKeys (keys: readonly SigningKey[], sealer: Sealer, now: Date): string[] {
  return keys.filter((key) => !isRetired(key, now) && !opens(key, sealer)).map(({ kid }) => kid)
}

function opens (key: SigningKey, sealer: Sealer): boolean {
  try {
    openKey(key, sealer)
    return true
  } catch {
    return false
  }
}
