// How many commands the service sends to MongoDB for each of its main operations, counted at the driver: docs/SCALE.md builds on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startMongoServer } from '../scripts/mongodb-server.js'
import { buildApp } from '../src/app.js'
import { loadConfig } from '../src/config.js'
import { createMongoClient, openMongoStores } from '../src/stores/mongo/index.js'

const times = 20
const writes = new Set(['insert', 'update', 'delete', 'findAndModify'])
/** What the driver itself says to a server, and the polling that goes on without requests. */
const notCounted = new Set(['hello', 'ismaster', 'endSessions', 'createIndexes'])

const server = await startMongoServer('java')
if (server === null) throw new Error('The MongoDB-speaking server cannot be started here.')
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-work-'))
const config = loadConfig({ DATA_DIR: folder, DATABASE_URL: server.url, THROTTLE: 'on', TRUST_PROXY: '127.0.0.1/32', REVOCATION_POLL: '1s' })
const client = createMongoClient(server.url, { monitorCommands: true })
const counted = { reads: 0, writes: 0 }
client.on('commandStarted', ({ commandName }) => {
  if (notCounted.has(commandName)) return
  if (writes.has(commandName)) counted.writes += 1
  else counted.reads += 1
})
const stores = openMongoStores({ client, databaseName: client.db().databaseName })
const app = await buildApp(config, { stores })

interface Signed { accessToken: string, refreshToken: string }
let asked = 0
async function ask (method: 'GET' | 'POST', url: string, { json, token }: { json?: object, token?: string } = {}): Promise<Signed> {
  asked += 1
  const headers = { 'x-forwarded-for': `10.1.${Math.floor(asked / 250)}.${asked % 250}`, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  const answer = await app.inject({ method, url, headers, ...(json !== undefined && { payload: json }) })
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`)
  return (answer.body === '' ? {} : answer.json()) as Signed
}

/** Commands a call, without what the service sends meanwhile by itself. */
async function count (name: string, call: (index: number) => Promise<unknown>): Promise<void> {
  const idle = { ...counted }
  await sleep(1000)
  const perSecond = { reads: counted.reads - idle.reads, writes: counted.writes - idle.writes }
  const before = { ...counted, at: performance.now() }
  for (let index = 0; index < times; index += 1) await call(index)
  const seconds = (performance.now() - before.at) / 1000
  const per = (kind: 'reads' | 'writes'): string => (Math.max(0, counted[kind] - before[kind] - perSecond[kind] * seconds) / times).toFixed(1)
  console.log(`| ${name} | ${per('reads')} | ${per('writes')} |`)
}

const password = 'a pass phrase for counting'
const people: Signed[] = []
console.log('| operation | reads | writes |\n|---|---|---|')
await count('POST /register', async (index) => { people.push(await ask('POST', '/register', { json: { email: `p${index}@example.com`, password } })) })
await count('POST /login', async (index) => await ask('POST', '/login', { json: { email: `p${index}@example.com`, password } }))
await count('POST /refresh', async (index) => { people[index] = await ask('POST', '/refresh', { json: { refreshToken: people[index]?.refreshToken } }) })
await count('GET /profile', async (index) => await ask('GET', '/profile', { token: people[index]?.accessToken ?? '' }))
await count('GET /persons', async (index) => await ask('GET', '/persons?limit=50', { token: people[index]?.accessToken ?? '' }))
await count('POST /logout', async (index) => await ask('POST', '/logout', { token: people[index]?.accessToken ?? '' }))

await app.close()
await stores.close()
await client.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
