// GET /metrics: who may read it, what it counts, and what it never tells.
import { createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createTestApp, type TestAppOptions } from '../helpers/app.js'
import { claimsOf, password } from '../helpers/client.js'
import { whileHashingIsFull } from '../helpers/hashing.js'
import type { MetricValues } from '../../src/workers/messages.js'
import type { Primary } from '../../src/workers/primary-link.js'
import { metricsToken, samplesIn, scrape, valueOf } from '../metrics/scrape.js'

const createMeasuredApp = (t: Test, { environment = {}, ...options }: TestAppOptions = {}) =>
  createTestApp(t, { ...options, environment: { METRICS_TOKEN: metricsToken, ...environment } })
const request = 'gatehouse_http_request_duration_seconds_count'

t.test('without METRICS_TOKEN there is no such address', async (t) => {
  const { client, app } = await createTestApp(t)
  t.match(await client.get('/metrics', { token: metricsToken }), { status: 404, code: 'not_found' })
  t.equal(app.metrics, null)
})

t.test('it is for who knows the token, and for nobody else', async (t) => {
  const { client } = await createMeasuredApp(t)
  const { accessToken } = await client.member('admin')
  t.match(await client.get('/metrics'), { status: 401, code: 'unauthorized', headers: { 'www-authenticate': 'Bearer' } })
  for (const token of [`${metricsToken}x`, metricsToken.slice(1), accessToken]) {
    t.match(await client.get('/metrics', { token }), { status: 401, code: 'invalid_token' })
  }
  t.match(await client.get('/metrics', { headers: { authorization: `Basic ${metricsToken}` } }), { status: 401, code: 'unauthorized' })
  const answer = await client.get('/metrics', { token: metricsToken })
  t.match(answer, { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' } })
  for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds', 'nodejs_heap_size_used_bytes']) {
    t.type(valueOf(samplesIn(answer.text), name), 'number', name)
  }
})

t.test('requests count by method, route template and status; what is not known counts as one', async (t) => {
  const { client } = await createMeasuredApp(t)
  const member = client.as(await client.member())
  await member.get('/profile')
  await member.get('/persons/019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02?q=raw')
  await client.get('/profile')
  for (const url of ['/nowhere', '/nowhere/else', '/wp-login.php?x=1']) await client.get(url)
  await client.request('PROPFIND', '/nowhere')
  await client.get('/%')
  const samples = await scrape({ client })
  const table: Array<[labels: Record<string, string>, count: number]> = [
    [{ method: 'GET', route: '/profile', status: '200' }, 1],
    [{ method: 'GET', route: '/profile', status: '401' }, 1],
    [{ method: 'GET', route: '/persons/:id', status: '404' }, 1],
    [{ method: 'POST', route: '/register', status: '201' }, 1],
    [{ method: 'any', route: 'unknown', status: '404' }, 4],
    [{ method: 'any', route: 'unknown', status: '400' }, 1]
  ]
  for (const [labels, count] of table) {
    t.equal(valueOf(samples, request, labels), count, JSON.stringify(labels))
    t.equal(valueOf(samples, 'gatehouse_http_request_duration_seconds_bucket', { ...labels, le: '+Inf' }), count)
  }
  t.ok((valueOf(samples, 'gatehouse_http_request_duration_seconds_sum', { route: '/profile', status: '200' }) ?? 0) > 0)
})

/** Node's own tell of handles and collections, by kinds that come and go. */
const ours = /^gatehouse_/

t.test('the labels stay bounded whatever is asked', async (t) => {
  const { client } = await createMeasuredApp(t)
  const names = async () => new Set((await scrape({ client })).filter(({ name }) => ours.test(name)).map(({ name, labels }) => `${name}${JSON.stringify(labels)}`))
  await scrape({ client })
  for (const url of ['/a', '/persons/a', '/docs/a']) await client.get(url)
  const before = await names()
  for (let index = 0; index < 50; index += 1) for (const url of [`/a${index}`, `/persons/${index}`, `/docs/${index}`]) await client.get(url)
  t.same([...await names()].filter((name) => !before.has(name)), [])
})

t.test('log-ins count by outcome', async (t) => {
  const oneAtOnce = { hashing: { slots: 1, queue: 0 } }
  const { client, app } = await createMeasuredApp(t, { environment: { EMAIL_VERIFICATION: 'off' }, config: oneAtOnce })
  const member = await client.register()
  const logIn = async (given: string, email = member.email) => await client.post('/login', { json: { email, password: given } })
  await logIn(password)
  await logIn('a wrong password')
  await logIn('a wrong password', 'nobody@example.com')
  await app.stores.users.update(member.id, { disabled: true }, app.clock())
  await logIn(password)
  await whileHashingIsFull(app, async () => await Promise.all([logIn(password), logIn(password), logIn(password)]))
  const { read } = app.stores.counters
  app.stores.counters.read = async () => { throw new Error('no counters') }
  await app.inject({ method: 'POST', url: '/login', payload: { email: member.email, password } })
  app.stores.counters.read = read
  const samples = await scrape({ client })
  const outcome = (name: string) => valueOf(samples, 'gatehouse_log_ins_total', { outcome: name })
  t.same([outcome('success'), outcome('invalid_credentials'), outcome('account_disabled'), outcome('error')], [1, 2, 1, 1])
  t.ok(Number(outcome('busy')) > 0)
  t.equal(outcome('email_not_verified'), 0)
  t.ok(Number(valueOf(samples, 'gatehouse_hashing_refused_total')) > 0)
  t.same(['slots', 'running', 'waiting'].map((name) => valueOf(samples, `gatehouse_hashing_${name}`)), [1, 0, 0])
})

t.test('tokens, revocations and mail tell how they are', async (t) => {
  const { client, app } = await createMeasuredApp(t)
  const member = client.as(await client.member())
  for (let count = 0; count < 3; count += 1) await member.get('/profile')
  const samples = await scrape({ client })
  t.same(['hits_total', 'misses_total'].map((name) => valueOf(samples, `gatehouse_verified_tokens_${name}`)), [2, 1])
  t.equal(valueOf(samples, 'gatehouse_verified_tokens'), 1)
  const lag = Number(valueOf(samples, 'gatehouse_revocation_lag_seconds'))
  t.ok(lag >= 0 && lag < 60)
  t.type(valueOf(samples, 'gatehouse_mails_waiting'), 'number')
  t.equal(valueOf(samples, 'gatehouse_info', { store: app.stores.engine }), 1)
  const outcomes = ['sent', 'retried', 'failed', 'dropped']
  for (const outcome of outcomes) t.type(valueOf(samples, 'gatehouse_mails_total', { outcome }), 'number', outcome)
})

t.test('the verbs of the store are timed; their failures count, their refusals do not', async (t) => {
  const { client, app } = await createMeasuredApp(t)
  const member = await client.register()
  await client.post('/register', { json: { email: member.email, password } })
  const before = await scrape({ client })
  t.equal(valueOf(before, 'gatehouse_store_duration_seconds_count', { store: 'users', verb: 'insert' }), 2)
  t.equal(valueOf(before, 'gatehouse_store_errors_total', { store: 'users', verb: 'insert' }), 0)
  t.ok(Number(valueOf(before, 'gatehouse_store_duration_seconds_count', { store: 'all', verb: 'ping' })) > 0)

  await app.stores.close()
  t.equal((await client.get('/health/ready')).status, 503)
  const after = await scrape({ client })
  t.ok(Number(valueOf(after, 'gatehouse_store_errors_total', { store: 'all', verb: 'ping' })) > 0)
  t.equal(valueOf(after, 'gatehouse_mails_waiting'), undefined, 'nothing rather than a guess')
  t.equal(valueOf(after, 'gatehouse_mails_total', { outcome: 'failed' }), 0)
})

t.test('METRICS_PORT serves them alone, on a port that closes with the rest', async (t) => {
  const { app, client, log } = await createMeasuredApp(t, { environment: { METRICS_PORT: '0' } })
  t.equal((await client.get('/metrics', { token: metricsToken })).status, 404, 'not on the main port')
  const url = log.lines().map(({ msg }) => /^metrics are served at (.+)$/.exec(msg)?.[1]).find((found) => found !== undefined) ?? ''
  const answer = await fetch(url, { headers: { authorization: `Bearer ${metricsToken}` } })
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  t.equal(valueOf(samplesIn(await answer.text()), request, { route: '/health/ready', status: '200' }), 1)
  t.equal((await fetch(url)).status, 401)
  t.equal((await fetch(url, { method: 'DELETE' })).status, 405)
  t.equal((await fetch(new URL('/profile', url))).status, 404)
  await app.close()
  await t.rejects(fetch(url))
})

t.test('a port that somebody else has stops the start', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { other.close() })
  const { port } = other.address() as AddressInfo
  const started = createMeasuredApp(t, { environment: { METRICS_PORT: String(port) }, ready: false })
  await t.rejects(started, { message: new RegExp(`^METRICS_PORT: cannot listen on port ${port}: .*EADDRINUSE`) })
})

t.test('dialects count by their own routes', async (t) => {
  const { client, app, log } = await createMeasuredApp(t, { environment: { DIALECTS: 'devdactic,joshmorony@:0' } })
  await app.inject({ method: 'POST', url: '/api/login', payload: { email: 'nobody@example.com', password } })
  const page = log.lines().map(({ msg }) => /^joshmorony is served at (.+)$/.exec(msg)?.[1]).find((address) => address !== undefined) ?? ''
  await fetch(`${page}/users/test`)
  const samples = await scrape({ client })
  t.equal(valueOf(samples, request, { route: '/api/login', status: '400' }), 1)
  t.equal(valueOf(samples, request, { route: '/users/test', status: '401' }), 1, 'also on a port of its own')
  t.equal(valueOf(samples, 'gatehouse_log_ins_total', { outcome: 'invalid_credentials' }), 1)
})

t.test('one route of two servers is one series: Prometheus refuses a text that tells the same twice', async (t) => {
  const { client, log } = await createMeasuredApp(t, { environment: { DIALECTS: 'dotnetcurry@:0' } })
  const page = log.lines().map(({ msg }) => /^dotnetcurry is served at (.+)$/.exec(msg)?.[1]).find((address) => address !== undefined) ?? ''
  await fetch(`${page}/persons`)
  await client.get('/persons')
  const samples = await scrape({ client })
  t.equal(valueOf(samples, request, { method: 'GET', route: '/persons', status: '401' }), 2)
  const series = samples.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`)
  t.equal(new Set(series).size, series.length)
})

t.test('no secret, address, id or name is told', async (t) => {
  const { client } = await createMeasuredApp(t)
  const canary = 'canary-7f3a9c'
  const member = await client.register({ email: `${canary}@example.com`, password: `${canary} pass phrase` })
  const { accessToken, refreshToken, sessionId, id } = await client.login(member)
  const mine = client.as({ accessToken })
  for (const url of ['/profile', '/sessions', `/persons?q=${canary}`, `/persons/${canary}`, `/${canary}`, `/${canary}/%`]) {
    await mine.get(url, { headers: { 'user-agent': canary, 'x-request-id': canary } })
  }
  await client.post('/login', { json: { email: member.email, password: `${canary} wrong` } })
  await client.post('/refresh', { json: { refreshToken: canary } })
  await client.post('/refresh', { json: { refreshToken } })
  await client.post('/password/forgot', { json: { email: member.email } })
  await client.request('PROPFIND', `/${canary}`)
  await client.get('/metrics', { token: `${canary}-token` })
  const { text } = await client.get('/metrics', { token: metricsToken })
  const jti = String(claimsOf(accessToken).jti)
  const secrets = { canary, accessToken, refreshToken, sessionId, id, jti, metricsToken, at: '@', address: '127.0.0.1', hash: '$argon2' }
  for (const [name, secret] of Object.entries(secrets)) {
    t.notOk(text.toLowerCase().includes(secret.toLowerCase()), name)
  }
})

t.test('one of several workers tells what all of them have counted, by the number of each', async (t) => {
  let tellOwn = async (): Promise<MetricValues> => []
  const primary: Primary = {
    count: (_key, _bucket, done) => { done(null, null) },
    gatherMetrics: async () => [[1, await tellOwn()], [2, await tellOwn()]],
    onMetricsAsked (tell) { tellOwn = tell }
  }
  const { client } = await createMeasuredApp(t, { overrides: { primary } })
  await client.get('/health/live')
  const samples = samplesIn((await client.get('/metrics', { token: metricsToken })).text)
  for (const worker of ['1', '2']) t.equal(valueOf(samples, request, { route: '/health/live', worker }), 1, `worker ${worker}`)
})
