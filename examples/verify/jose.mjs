// Verifies an access token with `jose`: by the published keys, then against what has been revoked.
// Usage: node examples/verify/jose.mjs ADDRESS TOKEN REVOCATIONS_TOKEN
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createRevocations } from './revocations.mjs'

const [address, token, revocationsToken] = process.argv.slice(2)
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', address))
const revocations = createRevocations(address, revocationsToken)

async function verify (token) {
  const { payload } = await jwtVerify(token, keys, { issuer: address, audience: 'gatehouse', typ: 'at+jwt', algorithms: ['EdDSA', 'ES256'] })
  if (revocations.denies(payload)) throw new Error('revoked')
  return payload
}

try {
  await revocations.follow()
  console.log(`accepted: ${(await verify(token)).sub}`)
} catch (error) {
  console.log(`refused: ${error.message}`)
  process.exitCode = 1
}
