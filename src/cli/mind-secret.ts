// Before a mail is queued: whether the service can open what this configuration seals.
import type { Config } from '../config.js'
import { createSealer } from '../seal.js'
import type { Stores } from '../stores/stores.js'
import { openKey } from '../tokens/key-check.js'
import { isRetired } from '../tokens/key-states.js'

/** Throws an Error in words where AUTH_SECRET does not open the signing keys that count: the service would never send the mail. */
export async function mindSecret ({ signingKeys }: Pick<Stores, 'signingKeys'>, { authSecret }: Pick<Config, 'authSecret'>, now: Date): Promise<void> {
  const sealer = createSealer(authSecret, 'signing-keys')
  for (const key of await signingKeys.list()) if (!isRetired(key, now)) openKey(key, sealer)
}
