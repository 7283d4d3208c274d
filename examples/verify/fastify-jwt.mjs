// A Fastify service of its own that takes Gatehouse's tokens with `@fastify/jwt`, asked once with a token.
// Usage: node examples/verify/fastify-jwt.mjs ADDRESS TOKEN REVOCATIONS_TOKEN
import { createPublicKey } from 'node:crypto'
import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'

const [address, token, revocationsToken] = process.argv.slice(2)
const app = Fastify()
let keys = new Map()
const sessions = new Set()
const roles = new Map()
let since = null

/** At the start and, at most once a second, for a `kid` that is not known. */
async function loadKeys () {
  const { keys: jwks } = await (await fetch(`${address}/.well-known/jwks.json`)).json()
  keys = new Map(jwks.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })]))
}

/** To be called twice a second: app.addHook('onReady', () => setInterval(follow, 500)). */
async function follow () {
  for (let more = true; more;) {
    const query = since === null ? '' : `?since=${encodeURIComponent(since)}`
    const answer = await fetch(`${address}/revocations${query}`, { headers: { authorization: `Bearer ${revocationsToken}` } })
    if (!answer.ok) throw new Error(`/revocations answered ${answer.status}`)
    const page = await answer.json()
    for (const { kind, sid, sub, role } of page.items) {
      if (kind === 'session') sessions.add(sid)
      else roles.set(sub, role)
    }
    since = page.cursor
    more = page.more
  }
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
      const { sid, sub, role } = await request.jwtVerify()
      if (sessions.has(sid) || (roles.has(sub) && roles.get(sub) !== role)) throw new Error('revoked')
      request.sub = sub
    } catch {
      // Every way to be refused is a 401; some of the library's own are a 500.
      await reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send()
    }
  }
}, async (request) => ({ sub: request.sub }))

await loadKeys()
await follow()
const { statusCode, body } = await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } })
console.log(statusCode === 200 ? `accepted: ${JSON.parse(body).sub}` : `refused: ${statusCode}`)
process.exitCode = statusCode === 200 ? 0 : 1
