// Registers at a running service and has examples/verify-with-jose.mjs, which knows nothing of Gatehouse's code, verify the token.
// Usage: npm run typescript scripts/check-jose.ts http://127.0.0.1:3000
import { execFileSync } from 'node:child_process'

const [address = 'http://127.0.0.1:3000'] = process.argv.slice(2)
const reply = await fetch(`${address}/register`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ email: `jose-${Date.now()}@example.com`, password: 'a pass phrase for jose' })
})
const { user, accessToken } = await reply.json() as { user: { id: string }, accessToken: string }
const verify = (token: string): string => execFileSync(process.execPath, ['examples/verify-with-jose.mjs', address, token], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const { payload } = JSON.parse(verify(accessToken)) as { payload: { sub: string } }
if (payload.sub !== user.id) throw new Error('the token verifies, but is about somebody else')
const [header, claims, signature = ''] = accessToken.split('.')
const forged = `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
try {
  verify(forged)
} catch {
  console.log('jose verifies the token, and refuses it with another signature')
  process.exit(0)
}
throw new Error('jose accepted a forged token')
