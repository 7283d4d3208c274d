// Verifies an access token with `jose`: by the published keys, then against what has been revoked.
// Usage: node examples/verify/jose.mjs ADDRESS TOKEN REVOCATIONS_TOKEN
import { createRemoteJWKSet, jwtVerify } from 'jose'

const [address, token, revocationsToken] = process.argv.slice(2)
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', address))
const sessions = new Set()
const roles = new Map()
let since = null

/** To be called twice a second. What is told twice changes nothing; drop an entry when its `forgetAt` has passed. */
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

async function verify (token) {
  const { payload } = await jwtVerify(token, keys, { issuer: address, audience: 'gatehouse', typ: 'at+jwt', algorithms: ['EdDSA', 'ES256'] })
  if (sessions.has(payload.sid) || (roles.has(payload.sub) && roles.get(payload.sub) !== payload.role)) throw new Error('revoked')
  return payload
}

try {
  await follow()
  console.log(`accepted: ${(await verify(token)).sub}`)
} catch (error) {
  console.log(`refused: ${error.message}`)
  process.exitCode = 1
}
