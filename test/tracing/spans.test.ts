// What a span tells of what went wrong, and which work has none; out of this process, to a collector that is a server of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { freePort } from '../../scripts/mongodb-server.js'
import { lendTracing } from '../../src/env-file.js'
import { createTestApp, type TestAppOptions } from '../helpers/app.js'
import { startCollector } from './collector.js'

/** An app whose spans go to a collector. The SDK reads its variables in the process. */
async function createTracedApp (t: Test, more: Record<string, string> = {}, options: TestAppOptions = {}) {
  const collector = await startCollector(t)
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin, OTEL_BSP_SCHEDULE_DELAY: '20', ...more }
  lendTracing(environment)
  t.teardown(() => { for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name) })
  return { ...await createTestApp(t, { ...options, environment: { ...environment, ...options.environment } }), collector }
}

t.test('a refusal of the store is told by its code, and is no failure', async (t) => {
  const { client, collector } = await createTracedApp(t)
  const { email, password } = await client.register()
  await collector.span('POST /register')
  collector.spans.length = 0
  await client.post('/register', { json: { email, password } })
  t.match(await collector.span('POST /register'), { status: 0, attributes: { 'http.response.status_code': 409 } })
  t.match(await collector.span('insert users'), { status: 0, attributes: { 'error.type': 'email_taken' } })
  await client.login({ email, password })
  const { spanId } = await collector.span('POST /login')
  t.match(await collector.span('verify password'), { status: 0, parentSpanId: spanId })
})

t.test('a database that is not there is a failure of the verb and of the request', async (t) => {
  const port = await freePort()
  const { client, collector } = await createTracedApp(t, {}, { config: { databaseUrl: `mongodb://127.0.0.1:${port}/gatehouse` }, ready: false })
  t.equal((await client.get('/health/ready')).status, 503)
  t.match(await collector.span('ping all'), { status: 2, statusMessage: '', attributes: { 'error.type': 'store_unavailable', 'db.system.name': 'mongodb' } })
  t.match(await collector.span('GET /health/ready'), { status: 2, statusMessage: '', attributes: { 'error.type': '503' } })
})

t.test('what nobody foresaw is a failure without its words', async (t) => {
  const { app } = await createTestApp(t)
  const { counters } = app.stores
  const read = async (): Promise<never> => { throw new Error('canary-7f3a9c') }
  const { app: traced, collector } = await createTracedApp(t, {}, { overrides: { stores: { ...app.stores, counters: { ...counters, read } } } })
  t.equal((await traced.inject({ method: 'POST', url: '/login', payload: { email: 'ada@example.com', password: 'whatever' } })).statusCode, 500)
  t.match(await collector.span('read counters'), { status: 2, attributes: { 'error.type': 'internal' } })
  t.match(await collector.span('POST /login'), { status: 2, attributes: { 'error.type': '500' } })
  t.notMatch(collector.text(), /canary/)
})

t.test('work of the service itself is no part of a trace, and what a request has set going only until its answer', async (t) => {
  const { client, collector } = await createTracedApp(t)
  await client.register()
  const { spanId } = await collector.span('POST /register')
  await sleep(500)
  t.same(collector.spans.filter(({ kind, parentSpanId }) => kind !== 2 && parentSpanId === ''), [])
  t.ok(collector.spans.some(({ name, parentSpanId }) => name === 'insert sessions' && parentSpanId === spanId))
  collector.spans.length = 0
  // Meanwhile the revocations are read every second, and mail is looked for, which the registration has set going.
  await sleep(2500)
  t.same(collector.spans, [])
})

t.test('what the sampler leaves out is nowhere, not in the log either; on the word of the caller it is in', async (t) => {
  const { client, collector, log } = await createTracedApp(t, { OTEL_TRACES_SAMPLER: 'parentbased_always_off' })
  await client.get('/health/live')
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await client.get('/openapi.json', { headers: { traceparent } })
  await collector.span('GET /openapi.json')
  t.same(collector.spans.map(({ name }) => name), ['GET /openapi.json'])
  t.same(log.lines('request').map(({ route, traceId }) => [route, traceId]).slice(-2), [['/health/live', undefined], ['/openapi.json', '4bf92f3577b34da6a3ce929d0e0e4736']])
})

t.test('with OTEL_PROPAGATORS=none the word of the caller does not count', async (t) => {
  const { client, collector } = await createTracedApp(t, { OTEL_PROPAGATORS: 'none' })
  await client.get('/openapi.json', { headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' } })
  t.match(await collector.span('GET /openapi.json'), { parentSpanId: '', traceId: /^(?!4bf92f3577b34da6)/ })
})

t.test('a dialect on a port of its own is traced too', async (t) => {
  const { collector, log } = await createTracedApp(t, {}, { environment: { DIALECTS: 'joshmorony@:0' } })
  const page = log.lines().map(({ msg }) => /^joshmorony is served at (.+)$/.exec(msg)?.[1]).find((address) => address !== undefined) ?? ''
  await fetch(`${page}/users/test`)
  t.match(await collector.span('GET /users/test'), { kind: 2, attributes: { 'http.response.status_code': 401 } })
})

t.test('values that make no sense are told and passed over', async (t) => {
  const { client, collector, log } = await createTracedApp(t, { OTEL_TRACES_SAMPLER: 'sometimes', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })
  await client.get('/health/live')
  await collector.span('GET /health/live')
  t.same(log.lines().filter(({ msg }) => /OTEL/.test(msg)).map(({ msg }) => msg), [
    'OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not known here (http/protobuf, http/json), and passed over.',
    'OpenTelemetry: OTEL_TRACES_SAMPLER value "sometimes" invalid, defaulting to "parentbased_always_on".'
  ])
})

t.test('OTEL_TRACES_EXPORTER=console writes spans to standard output', async (t) => {
  const written: unknown[] = []
  const { dir } = console
  t.teardown(() => { console.dir = dir })
  console.dir = (span: unknown) => { written.push(span) }
  const { client, collector } = await createTracedApp(t, { OTEL_TRACES_EXPORTER: 'console' })
  await client.get('/openapi.json')
  t.match(written.at(-1), { name: 'GET /openapi.json' })
  t.equal(collector.spans.length, 0)
})
