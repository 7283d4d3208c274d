// Who the client is behind proxies: limits follow the real one, and the operator hears of it where they cannot.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'

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
