// SECURITY.md D: tokens that the service did not issue, or that count no more, at every route that asks for one.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { newId } from '../../src/ids.js'
import { type KeyAlgorithm, keyAlgorithms } from '../../src/stores/stores.js'
import { claimsOf, type Client, type Member, password } from '../../test/helpers/client.js'
import { forgeries } from '../../test/plugins/forgeries.js'
import { type Facts, forge, goodToken } from '../../test/tokens/support.js'
import { adminOf } from '../accounts.js'
import { keptBy } from '../kept.js'
import { signingKey } from '../keys.js'
import { inLanes } from '../lanes.js'
import { type ApiOperation, operations } from '../operations.js'
import { findingOf, type Row, stores } from '../row.js'
import type { Scene } from '../scene.js'

const metricsToken = 'the-token-of-whoever-reads-the-metrics'
const guarded = operations.filter((operation) => operation.guarded)
/** Of the routes, those that the short form plays a token at, by chance. */
const shortShare = 0.4
const reading = guarded.filter(({ method, path }) => method === 'GET' && path !== '/metrics' && !path.includes('{'))

/** Somewhere nobody should ask for a key; `asked` counts the connections. */
async function setTrap () {
  let asked = 0
  const server = createServer((socket) => { asked += 1; socket.destroy() }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/jwks.json`, asked: () => asked, close: () => { server.close() } }
}

/** Tokens that counted until a moment ago: name → token. */
async function spentTokens (client: Client, admin: Member): Promise<Map<string, string>> {
  const [deleted, loggedOut, disabled] = [await client.register(), await client.register(), await client.register()]
  const [promoted, changed] = [await client.register(), await client.register()]
  const elsewhere = await client.login(changed)
  await client.as(deleted).delete('/profile', { json: { password } })
  await client.as(loggedOut).post('/logout')
  await client.as(admin).patch(`/users/${disabled.id}`, { json: { disabled: true } })
  await client.as(admin).patch(`/users/${promoted.id}`, { json: { role: 'manager' } })
  await client.as(elsewhere).put('/profile/password', { json: { currentPassword: password, newPassword: 'another fine password' } })
  const spent = {
    'a deleted account\'s': deleted,
    'a logged-out session\'s': loggedOut,
    'a disabled account\'s': disabled,
    'of the role before': promoted,
    'from before the password': changed
  }
  return new Map(Object.entries(spent).map(([name, { accessToken }]) => [name, accessToken]))
}

/** What `token` is answered where it must be refused; null: as asked. */
async function faultOf (client: Client, { name, method, at }: ApiOperation, title: string, token: string): Promise<string | null> {
  const { status, code, headers } = await client.request(method, at(newId()), { token })
  const challenge = String(headers['www-authenticate'])
  const isRefused = status === 401 && code === 'invalid_token' && challenge.startsWith('Bearer error="invalid_token"')
  return isRefused ? null : `${title} at ${name}: ${status} ${String(code)}`
}

/** Good tokens, made by the same hand as the forged ones; resolves with those refused. */
async function refusedGood (client: Client, facts: Facts, sign: (change: object) => string): Promise<{ tried: number, refused: string[] }> {
  const { iat } = goodToken(facts).claims
  const changes: object[] = [
    {}, { role: 'manager' }, { role: 'client' }, { sid: newId() }, { jti: newId() }, { exp: iat + 60 }, { iat: iat + 4 },
    { iat: iat - 300, exp: iat + 300 }, { iat: iat - 500, exp: iat + 100 }, { iat: iat - 570, exp: iat + 30 }
  ]
  const asks = [
    ...changes.flatMap((change) => reading.map((operation) => ({ operation, token: sign(change) }))),
    ...guarded.map((operation) => ({ operation, token: operation.path === '/metrics' ? metricsToken : sign({ sid: newId() }) }))
  ]
  const refused = await inLanes(asks, 8, async ({ operation: { name, method, at }, token }) => {
    const { status } = await client.request(method, at(newId()), { token })
    return status === 401 ? `good token refused at ${name}` : null
  })
  return { tried: changes.length + 1, refused: refused.filter((fault) => fault !== null) }
}

async function play (scene: Scene, algorithm: KeyAlgorithm): Promise<{ tried: number, asked: number, good: number, faults: string[] }> {
  const retired = await signingKey(scene, algorithm, { retire: true })
  const sibling = await signingKey(scene, algorithm === 'EdDSA' ? 'ES256' : 'EdDSA')
  const service = await scene.start({ JWT_ALGORITHM: algorithm, METRICS_TOKEN: metricsToken })
  const { client } = service
  const key = await signingKey(scene, algorithm)
  const admin = algorithm === 'EdDSA' ? await adminOf(scene, client) : await client.login({ email: 'admin@example.com', password })
  const trap = await setTrap()
  try {
    const spent = await spentTokens(client, admin)
    const { refreshToken } = await client.register()
    const issuer = String(claimsOf(admin.accessToken).iss)
    const facts: Facts = { kid: key.kid, algorithm, issuer, audience: 'gatehouse', now: new Date() }
    const kept = await keptBy(scene)
    const forged = [...forgeries({ facts, key, retired, sibling, refreshToken, trapUrl: trap.url, aheadSeconds: 300 }), ...spent]
    const asks = forged.flatMap(([title, token]) => {
      const chosen = guarded.filter(() => scene.long || scene.random() < shortShare)
      return chosen.map((operation) => ({ title, token, operation }))
    })
    const told = await inLanes(asks, 16, async ({ title, token, operation }) => await faultOf(client, operation, title, token))
    const faults = told.filter((fault) => fault !== null)
    if (await keptBy(scene) !== kept) faults.push('something was written')
    if (trap.asked() > 0) faults.push(`${trap.asked()} connections to the address in a token`)
    const nowFacts = { ...facts, now: new Date() }
    const sign = (change: object): string => {
      const { header, claims } = goodToken(nowFacts)
      return forge(algorithm, key.privateKey, header, { ...claims, sub: admin.id, role: 'admin', ...change })
    }
    const { tried, refused } = await refusedGood(client, nowFacts, sign)
    return { tried: forged.length, asked: asks.length, good: tried, faults: [...faults, ...refused] }
  } finally {
    trap.close()
    await service.stop()
  }
}

export const forgedTokens: Row = {
  section: 'D',
  name: 'forged-tokens',
  title: `forged and spent tokens at each of the ${guarded.length} routes that ask for one: header, signature, claims and times of ` +
    'every wrong kind, signed with the service\'s own key where that helps; in the long form for each signing algorithm',
  asked: 'each is 401 with `WWW-Authenticate: Bearer error="invalid_token"`, nothing is written, no address in a token is asked; ' +
    '≥ 10 good ones pass',
  stores,
  async run (scene) {
    const algorithms = scene.long ? keyAlgorithms : ['EdDSA'] as const
    const figures: string[] = []
    const faults: string[] = []
    for (const algorithm of algorithms) {
      const played = await play(scene, algorithm)
      figures.push(`${algorithm}: ${played.tried} tokens refused, ${played.asked} times in all; ${played.good} good ones pass`)
      faults.push(...played.faults)
    }
    return findingOf(faults, figures.join('; '))
  }
}
