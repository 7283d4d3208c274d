// Who the client is behind proxies: limits follow the real one, and the operator hears of it where they cannot.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { until } from '../helpers/until.js'

const untrusted = /^A forwarding header came from an address that TRUST_PROXY does not name/
const throttled = { throttle: true }

type TestClient = Awaited<ReturnType<typeof createTestApp>>['client']

async function tries (client: TestClient, times: number, forwardedFor: (index: number) => string): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (let index = 0; index < times; index += 1) {
    const { status } = await client.post('/login', { json: {}, headers: { 'x-forwarded-for': forwardedFor(index) } })
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

t.test('without a trusted proxy, a made-up X-Forwarded-For changes nothing: the peer is the client', async (t) => {
  const { client, log } = await createTestApp(t, { config: throttled })
  t.same((await client.get('/health/ready')).body.warnings, [])
  t.same(await tries(client, 40, (index) => `192.0.2.${index}`), { 400: 30, 429: 10 })
  const told = log.lines().filter(({ msg }) => untrusted.test(msg))
  t.equal(told.length, 1, 'told once')
  t.match(told[0], { level: 40, peer: '127.0.0.1' })
  const { body } = await client.get('/health/ready')
  t.match(body.warnings, [untrusted])
  t.notMatch(JSON.stringify(body), /127\.0\.0\.1/, 'strangers who ask learn no address')
})

t.test('a trusted proxy is believed: each client has a limit of its own', async (t) => {
  const { client } = await createTestApp(t, { config: { ...throttled, trustProxy: ['127.0.0.1/32'] } })
  t.same(await tries(client, 40, (index) => `192.0.2.${index}`), { 400: 40 })
  t.same(await tries(client, 40, () => '203.0.113.9'), { 400: 30, 429: 10 })
  t.same((await client.get('/health/ready')).body.warnings, [])
})

t.test('what a client writes in front of what the proxy adds is not believed', async (t) => {
  const { client } = await createTestApp(t, { config: { ...throttled, trustProxy: ['127.0.0.1/32'] } })
  t.same(await tries(client, 40, (index) => `198.51.100.${index}, 203.0.113.9`), { 400: 30, 429: 10 })
  t.same(await tries(client, 40, (index) => `${index}.example, 203.0.113.9`), { 429: 40 })
  t.same(await tries(client, 1, () => '198.51.100.1'), { 400: 1 }, 'nor does it cost the one whose address was used')
})

t.test('a chain of trusted proxies leads to the first address that is not one of them', async (t) => {
  const { client } = await createTestApp(t, { config: { ...throttled, trustProxy: ['127.0.0.1/32', '10.0.0.0/8'] } })
  t.same(await tries(client, 40, (index) => `198.51.100.${index}, 203.0.113.9, 10.1.2.3`), { 400: 30, 429: 10 })
})

t.test('ports that a proxy writes into the chain belong to no address', async (t) => {
  const { client } = await createTestApp(t, { config: { ...throttled, trustProxy: ['127.0.0.1/32', '2001:db8:ffff::/48'] } })
  const { email, password, accessToken } = await client.register()
  const rows: ReadonlyArray<readonly [chain: string, client: string]> = [
    ['203.0.113.5:4444', '203.0.113.5'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::443', '2001:db8::443'],
    ['203.0.113.6:4444, 127.0.0.1:5555', '203.0.113.6'],
    ['[2001:db8::2]:443,[2001:db8:ffff::1]:5555,127.0.0.1:5555', '2001:db8::2'],
    ['203.0.113.7:4444, client:5555', 'client:5555']
  ]
  for (const [chain] of rows) await client.post('/login', { json: { email, password }, headers: { 'x-forwarded-for': chain } })
  const { body } = await client.get('/sessions', { token: accessToken })
  const addresses = (body.items as Array<{ ip: string }>).map(({ ip }) => ip)
  t.same(addresses.sort(), ['127.0.0.1', ...rows.map(([, address]) => address)].sort())
  t.same(await tries(client, 40, (index) => `203.0.113.9:${40_000 + index}`), { 400: 30, 429: 10 })
})

t.test('the audit log has addresses without ports, and whoever signs in from another network is told of it', async (t) => {
  const { app, client } = await createTestApp(t, { config: { trustProxy: ['127.0.0.1/32'] } })
  const { email, password, id } = await client.register()
  for (const [chain, program] of [['203.0.113.5:4444', 'okhttp/4.12'], ['[2001:db8::1]:443, 127.0.0.1:5555', 'curl/8.5']] as const) {
    await client.post('/login', { json: { email, password }, headers: { 'x-forwarded-for': chain, 'user-agent': program } })
  }
  const events = await app.stores.audit.page({ userId: id, after: null, limit: 10 })
  t.same(events.filter(({ event }) => event === 'authn_login_success').map(({ ip }) => ip).sort().slice(-2), ['2001:db8::1', '203.0.113.5'])
  const outbox = join(app.config.dataDir, 'outbox')
  const mails = () => readdirSync(outbox).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(outbox, name), 'utf8'))
  const isOfIt = (mail: string): boolean => mail.includes('New sign-in to your account') && mail.includes('2001:db8::1')
  await until(async () => existsSync(outbox) && mails().some(isOfIt))
})

t.test('texts that are no address share one limit', async (t) => {
  const { client } = await createTestApp(t, { config: { ...throttled, trustProxy: ['127.0.0.1/32'] } })
  t.same(await tries(client, 40, (index) => `client-${index}`), { 400: 30, 429: 10 })
})

t.test('a proxy that is not the trusted one is told of', async (t) => {
  const { client } = await createTestApp(t, { config: { ...throttled, trustProxy: ['10.0.0.0/8'] } })
  t.same(await tries(client, 40, (index) => `192.0.2.${index}`), { 400: 30, 429: 10 })
  t.match((await client.get('/health/ready')).body.warnings, [untrusted])
})

t.test('Forwarded from an untrusted peer is told of as well; a trusted one that sends only Forwarded is told to do otherwise', async (t) => {
  const headers = { forwarded: 'for=192.0.2.1' }
  const untrusting = await createTestApp(t, { config: throttled })
  await untrusting.client.get('/health/live', { headers })
  t.match((await untrusting.client.get('/health/ready')).body.warnings, [untrusted])
  const trusting = await createTestApp(t, { config: { ...throttled, trustProxy: ['127.0.0.1/32'] } })
  await trusting.client.get('/health/live', { headers })
  t.match((await trusting.client.get('/health/ready')).body.warnings, [/^The proxy sends Forwarded, which is not read here/])
})

t.test('a public address of https without a trusted proxy is told of at the start', async (t) => {
  const behind = await createTestApp(t, { config: { ...throttled, publicUrl: 'https://auth.example.com' } })
  t.equal(behind.log.lines().filter(({ level, msg }) => level === 40 && msg.startsWith('PUBLIC_URL is https but TRUST_PROXY is empty')).length, 1)
  t.match((await behind.client.get('/health/ready')).body.warnings, [/^PUBLIC_URL is https but TRUST_PROXY is empty/])
  const named = await createTestApp(t, { config: { ...throttled, publicUrl: 'https://auth.example.com', trustProxy: ['10.0.0.0/8'] } })
  t.same(named.log.lines().filter(({ level }) => level >= 40), [])
})
