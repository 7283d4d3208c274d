// SECURITY.md C: the way to the database is there, and does not do what it should.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, type Member, password } from '../../test/helpers/client.js'
import { tally } from '../at-once.js'
import { type Fault, type FaultProxy, startFaultProxy } from '../fault-proxy.js'
import type { Row } from '../row.js'
import type { Scene } from '../scene.js'

const refusedWithin = 3000
const wellWithin = 5000
const freshTokens = 6

interface Seen { what: 'store' | 'token' | 'forged' | 'jwks', status: number, milliseconds: number }

function faults (scene: Scene): Fault[] {
  return [
    { kind: 'refuse' },
    { kind: 'black hole' },
    { kind: 'half open' },
    { kind: 'latency', milliseconds: 5000 },
    { kind: 'cut', bytes: () => 1 + Math.floor(scene.random() * 3000) }
  ]
}

/** Tokens that the service has not seen before, so that it cannot know them from an earlier request. */
async function freshMembers (client: Client, member: Member): Promise<Member[]> {
  return await Promise.all(Array.from({ length: freshTokens }, async () => await client.login(member)))
}

async function askStore (client: Client, member: Member, seen: Seen[]): Promise<void> {
  const asks = [
    async () => await client.get('/profile', { token: member.accessToken }),
    async () => await client.get('/persons?limit=5', { token: member.accessToken }),
    async () => await client.patch('/profile', { token: member.accessToken, json: { firstName: 'Ada' } }),
    async () => await client.post('/login', { json: { email: member.email, password } }),
    async () => await client.get('/health/ready')
  ]
  await Promise.all(asks.map(async (ask) => { await timed(seen, 'store', ask) }))
}

/** What a token alone decides: a client may not add persons (403), a token that was tampered with is none (401). */
async function askTokens (client: Client, members: readonly Member[], seen: Seen[]): Promise<void> {
  for (const { accessToken } of members) {
    const forged = `${accessToken.slice(0, -6)}${accessToken.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`
    await timed(seen, 'token', async () => await client.post('/persons', { token: accessToken, json: { name: 'Grace Hopper' } }))
    await timed(seen, 'forged', async () => await client.post('/persons', { token: forged, json: { name: 'Grace Hopper' } }))
    await timed(seen, 'jwks', async () => await client.get('/.well-known/jwks.json'))
    await sleep(100)
  }
}

async function timed (seen: Seen[], what: Seen['what'], ask: () => Promise<{ status: number }>): Promise<void> {
  const began = performance.now()
  const { status } = await ask()
  seen.push({ what, status, milliseconds: performance.now() - began })
}

/** Milliseconds after which every request succeeded, of those seconds in which it has to become so: `Infinity` where the last one did not. It is
 * looked at to their end, for the driver learns late of what its connections have been through, and then breaks them once more. */
async function untilWell (client: Client, member: Member): Promise<number> {
  const began = performance.now()
  let well = Number.POSITIVE_INFINITY
  while (performance.now() - began < wellWithin) {
    const answers = await Promise.all([
      client.get('/profile', { token: member.accessToken }),
      client.patch('/profile', { token: member.accessToken, json: { firstName: 'Ada' } })
    ])
    const isWell = answers.every(({ status }) => status === 200)
    well = isWell ? Math.min(well, performance.now() - began) : Number.POSITIVE_INFINITY
    await sleep(100)
  }
  return well
}

/** One fault for some seconds. The last figure is how long after it the service was well again. */
async function suffer (client: Client, proxy: FaultProxy, fault: Fault, milliseconds: number): Promise<{ seen: Seen[], well: number }> {
  const member = await client.register()
  const fresh = await freshMembers(client, member)
  const seen: Seen[] = []
  await proxy.suffer(fault)
  const until = performance.now() + milliseconds
  do await Promise.all([askStore(client, member, seen), askTokens(client, fresh, seen)]); while (performance.now() < until)
  await proxy.suffer({ kind: 'none' })
  return { seen, well: await untilWell(client, member) }
}

/** Whether all is as asked. A connection that is cut in the midst may have carried some answers before. */
function isRight (seen: readonly Seen[], fault: Fault): boolean {
  const store = fault.kind === 'cut' ? [200, 503] : [503]
  const asked: Record<Seen['what'], number[]> = { store, token: [403], forged: [401], jwks: [200] }
  return seen.every(({ what, status, milliseconds }) => asked[what].includes(status) && milliseconds <= refusedWithin)
}

export const network: Row = {
  section: 'C',
  name: 'database-network',
  title: 'the network to the database: refused, black hole, half-open, 5 s latency, each connection reset after N bytes (N by chance, ' +
    'up to 3000)',
  asked: `≤ ${refusedWithin / 1000} s to a 503; tokens never seen before and the JWKS go on working, a forged one is 401; ` +
    `well ≤ ${wellWithin / 1000} s after it`,
  stores: ['mongodb'],
  async run (scene) {
    const proxy = await startFaultProxy(scene.databaseUrl)
    const service = await scene.start({ DATABASE_URL: proxy.url })
    const figures: string[] = []
    let right = true
    try {
      for (const fault of faults(scene)) {
        const { seen, well } = await suffer(service.client, proxy, fault, scene.long ? 15_000 : 0)
        right &&= isRight(seen, fault) && well <= wellWithin
        const of = (what: Seen['what']) => seen.filter((one) => one.what === what)
        const longest = (what: Seen['what']): number => Math.round(Math.max(...of(what).map(({ milliseconds }) => milliseconds)))
        const say = (what: Seen['what']): string => `${what} ${tally(of(what).map(({ status }) => status))} ≤ ${longest(what)} ms`
        figures.push(`${fault.kind}: ${say('store')}, ${say('token')}, ${say('forged')}, ${say('jwks')}, well after ${Math.round(well)} ms`)
      }
    } finally {
      await service.stop('SIGKILL')
      await proxy.close()
    }
    return { passed: right, figure: figures.join('; ') }
  }
}
