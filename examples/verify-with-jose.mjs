// Verifies an access token with `jose` and the published keys, and nothing of Gatehouse's: what any other program would do.
// Usage: node examples/verify-with-jose.mjs http://127.0.0.1:3000 TOKEN
import { createRemoteJWKSet, jwtVerify } from 'jose'

const [address, token] = process.argv.slice(2)
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', address))
const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: address, audience: 'gatehouse', typ: 'at+jwt', algorithms: ['EdDSA', 'ES256'] })
console.log(JSON.stringify({ protectedHeader, payload }))
