// A Fastify service of its own that takes Gatehouse's tokens with `@fastify/jwt`, asked once with a token.
// Usage: node examples/verify/fastify-jwt.mjs ADDRESS TOKEN REVOCATIONS_TOKEN
import { createPublicKey } from 'node:crypto'
import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import { createRevocations } from './revocations.mjs'

const [address, token, revocationsToken] = process.argv.slice(2)
const app = Fastify()
let keys = new Map()
const revocations = createRevocations(address, revocationsToken)

/** At the start and, at most once a second, for a `kid` that is not known. */
async function loadKeys () {
  const { keys: jwks } = await (await fetch(`${address}/.well-known/jwks.json`)).json()
  keys = new Map(jwks.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })]))
}

await app.register(fastifyJwt, {
  decode: { complete: true },
  secret: async (_request, { header }) => {
    const key = keys.get(header.kid)
    if (key === undefined) throw new Error('no such key')
    return key
  },
  verify: { algorithms: ['EdDSA', 'ES256'], allowedIss: address, allowedAud: 'gatehouse', checkTyp: 'at+jwt', requiredClaims: ['sub', 'sid', 'role', 'exp'] }
})

app.get('/', {
  onRequest: async (request, reply) => {
    try {
      const claims = await request.jwtVerify()
      if (revocations.denies(claims)) throw new Error('revoked')
      request.sub = claims.sub
    } catch {
      // Every way to be refused is a 401; some of the library's own are a 500.
      await reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send()
    }
  }
}, async (request) => ({ sub: request.sub }))

await loadKeys()
// In a service that goes on: setInterval(() => { revocations.follow().catch((error) => app.log.warn(error)) }, 500). It rejects while Gatehouse
// cannot be reached.
await revocations.follow()
const { statusCode, body } = await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } })
console.log(statusCode === 200 ? `accepted: ${JSON.parse(body).sub}` : `refused: ${statusCode}`)
process.exitCode = statusCode === 200 ? 0 : 1
