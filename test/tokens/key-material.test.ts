// The keys themselves: their thumbprints and what of them is public.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { calculateJwkThumbprint } from 'jose'
import { keyAlgorithms } from '../../src/stores/stores.js'
import { generatePrivateJwk, keyMaterial, thumbprint } from '../../src/tokens/key-material.js'
import { unrecorded } from '../helpers/unrecorded.js'

t.test('the thumbprint is the one of RFC 8037 appendix A.3', async (t) => {
  t.equal(thumbprint({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

for (const algorithm of keyAlgorithms) {
  t.test(`a new ${algorithm} key has the thumbprint that jose computes`, async (t) => {
    const jwk = generatePrivateJwk(algorithm)
    t.equal(keyMaterial(algorithm, jwk).kid, await calculateJwkThumbprint(jwk as Parameters<typeof calculateJwkThumbprint>[0]))
    t.not(keyMaterial(algorithm, generatePrivateJwk(algorithm)).kid, thumbprint(jwk), 'and the next one is another key')
  })
}

t.test('garbage that is collected while keys are made stops nothing', async (t) => {
  // The smaller the room for young objects, the more often. Keys that were exported as they had been generated stood still after 2000 to 4000.
  const program = ['--max-semi-space-size=1', '--import=./scripts/typescript-loader.js', fileURLToPath(new URL('many-keys.ts', import.meta.url)), 'EdDSA', '6000']
  await t.resolves(promisify(execFile)(...unrecorded(program), { timeout: 120_000, killSignal: 'SIGKILL' }))
})

t.test('the public JWK has no private member, and HS256 has none at all', async (t) => {
  const ed = keyMaterial('EdDSA', generatePrivateJwk('EdDSA')).publicJwk
  const es = keyMaterial('ES256', generatePrivateJwk('ES256')).publicJwk
  t.same(Object.keys(ed ?? {}), ['kty', 'crv', 'x', 'use', 'alg', 'kid'])
  t.same(Object.keys(es ?? {}), ['kty', 'crv', 'x', 'y', 'use', 'alg', 'kid'])
  const hmac = keyMaterial('HS256', generatePrivateJwk('HS256'))
  t.equal(hmac.publicJwk, null)
  t.equal(hmac.privateKey.symmetricKeySize, 32)
})

t.test('a JWK that is no key is refused', async (t) => {
  t.throws(() => keyMaterial('EdDSA', { kty: 'OKP', crv: 'Ed25519', x: 'AA', d: 'AA' }))
  t.throws(() => keyMaterial('EdDSA', {}), { message: 'This is no EdDSA key.' })
  for (const [algorithm, other] of [['EdDSA', 'ES256'], ['ES256', 'HS256'], ['HS256', 'EdDSA']] as const) {
    t.throws(() => keyMaterial(algorithm, generatePrivateJwk(other)), { message: `This is no ${algorithm} key.` })
  }
})
