// The signing keys of a store, opened as only who has the secret can.
import { createSealer } from '../src/seal.js'
import { openStores } from '../src/stores/open.js'
import type { KeyAlgorithm } from '../src/stores/stores.js'
import type { KeyMaterial } from '../src/tokens/key-material.js'
import { createKeyRing } from '../src/tokens/signing-keys.js'
import type { Scene } from './scene.js'

/** The key of the algorithm that signs in the scene's store; made where there is none. With `retire` its tokens count no more from
 * now on. */
export async function signingKey (scene: Scene, algorithm: KeyAlgorithm, { retire = false } = {}): Promise<KeyMaterial> {
  const { databaseUrl, environment } = scene
  const { stores, close } = await openStores({ databaseUrl })
  try {
    const sealer = createSealer(Buffer.from(environment.AUTH_SECRET as string), 'signing-keys')
    const ring = createKeyRing({ store: stores.signingKeys, sealer, algorithm, accessTokenSeconds: 600, clock: () => new Date() })
    await ring.load()
    const key = ring.signer()
    if (retire) await stores.signingKeys.setRetiresAt(key.kid, new Date())
    return key
  } finally {
    await close()
  }
}
