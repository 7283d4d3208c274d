// A database that is not there: the service starts, says so, and lets nobody in. (On MongoDB's driver; nothing listens at the URL.)
import t from 'tap'
import { freePort } from '../scripts/mongodb-server.js'
import { createTestApp } from './helpers/app.js'
import type { RequestOptions } from './helpers/client.js'
import { leastOfThree, timed } from './helpers/until.js'

const url = `mongodb://127.0.0.1:${await freePort()}/gatehouse`
const start = async () => await createTestApp(t, { config: { databaseUrl: url }, ready: false })
let house: Awaited<ReturnType<typeof start>> | undefined
const started = await leastOfThree(10_000, async () => await timed(async () => { house = await start() }))
const { app, client, log } = house as Awaited<ReturnType<typeof start>>

t.test('the service starts all the same, and is live', async (t) => {
  t.ok(started < 10_000, `${Math.round(started)} ms`)
  t.match(await client.get('/health/live'), { status: 200 })
  t.equal(app.stores.engine, 'mongodb')
})

t.test('what needs the database is 503 with Retry-After within a second; what does not is answered', async (t) => {
  const json = { email: 'ada@example.com', password: 'a fine password of the tests' }
  const token = `${Buffer.from('{"alg":"EdDSA","typ":"at+jwt","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}').toString('base64url')}.e30.c2ln`
  const table: Array<[method: string, url: string, options: RequestOptions, status: number]> = [
    ['GET', '/health/ready', {}, 503], ['GET', '/.well-known/jwks.json', {}, 503], ['POST', '/register', { json }, 503], ['POST', '/login', { json }, 503],
    ['GET', '/profile', { token }, 503], ['POST', '/logout', { token }, 503], ['GET', '/persons', { token }, 503],
    ['GET', '/profile', {}, 401], ['POST', '/refresh', { json: { refreshToken: 'x' } }, 401], ['POST', '/login', { json: {} }, 400], ['GET', '/openapi.json', {}, 200], ['GET', '/nowhere', {}, 404]
  ]
  for (const [method, path, options, status] of table) {
    const took = await leastOfThree(1000, async () => await timed(async () => {
      const answer = await client.request(method, path, options)
      t.match(answer, { status, ...(status === 503 && { code: 'store_unavailable' }) }, `${method} ${path}`)
    }))
    t.ok(took < 1000, `${method} ${path} took ${Math.round(took)} ms`)
  }
})

t.test('the log says why, without the connection string', async (t) => {
  t.match(log.text(), /store unavailable|could not read the signing keys/)
  t.notMatch(log.text(), new RegExp(`${url}`))
})
