// Traces of a service that runs as a process, sent to a collector that is a server of its own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { freePort } from '../../scripts/mongodb-server.js'
import { testEnvironment } from '../helpers/config.js'
import { type Running, type RunOptions, startService } from '../helpers/process.js'
import { overSocket } from '../helpers/transports.js'
import { until } from '../helpers/until.js'
import { startWorkers } from '../workers/house.js'
import { startCollector } from './collector.js'

const canary = 'canary-7f3a9c'
const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const traceparent = `00-${parent.traceId}-${parent.spanId}-01`
const soon = { OTEL_BSP_SCHEDULE_DELAY: '50' }

const startTraced = async (t: Test, endpoint: string, environment: Record<string, string> = {}, options: RunOptions = {}) =>
  await startService(t, { ...testEnvironment(t), ...soon, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...environment }, options)

interface Line { msg: string, traceId?: string, route?: string, status?: number }
const linesOf = (service: Running): Line[] => service.stdout().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line)

function ask (service: Running) {
  const send = overSocket(service.origin)
  return async (method: string, url: string, { json, ...headers }: Record<string, unknown> = {}) => {
    const body = json === undefined ? undefined : JSON.stringify(json)
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const { status, text } = await send({ method, url, headers: { ...type, ...headers as Record<string, string> }, body })
    return { status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, string> }
  }
}

t.test('a request is a span of the trace that it came with, and what it asks of store and hasher are parts of it', async (t) => {
  const collector = await startCollector(t)
  const service = await startTraced(t, collector.origin, { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' })
  const json = { email: `${canary}@example.com`, password: `${canary} pass phrase` }
  t.equal((await ask(service)('POST', `/register?token=${canary}`, { json, traceparent })).status, 201)
  const request = await collector.span('POST /register')
  t.match(request, {
    traceId: parent.traceId, parentSpanId: parent.spanId, kind: 2, status: 0,
    attributes: { 'http.request.method': 'POST', 'http.route': '/register', 'url.path': '/register', 'url.scheme': 'http', 'http.response.status_code': 201 },
    resource: { 'service.name': 'gatehouse', 'service.version': '0.1.0', 'deployment.environment.name': 'test', 'telemetry.sdk.language': 'nodejs' }
  })
  t.type(request.resource['service.instance.id'], 'string')
  const parts = collector.spans.filter(({ parentSpanId }) => parentSpanId === request.spanId)
  t.same([...new Set(parts.map(({ traceId }) => traceId))], [parent.traceId])
  const hash = parts.find(({ name }) => name === 'hash password')
  t.ok(hash !== undefined && hash.kind === 1 && hash.milliseconds > 1 && hash.milliseconds < request.milliseconds)
  const engine = (await ask(service)('GET', '/health/ready')).body.store
  t.match(parts.find(({ name }) => name === 'insert users'), {
    kind: 3, status: 0, attributes: { 'db.system.name': engine, 'db.operation.name': 'insert', 'db.collection.name': 'users' }
  })
  t.equal(linesOf(service).find(({ route, status }) => route === '/register' && status === 201)?.traceId, parent.traceId, 'in the log too')
})

t.test('without traceparent each request has a trace of its own; what a client may choose names none', async (t) => {
  const collector = await startCollector(t)
  const service = await startTraced(t, collector.origin, { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_SERVICE_NAME: 'accounts', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b' }, { isCounted: true })
  const send = ask(service)
  for (const [method, url, headers] of [
    ['GET', '/profile', {}], ['GET', '/profile', { traceparent: `${canary}-${traceparent}` }], ['GET', `/${canary}`, {}], ['PROPFIND', `/${canary}`, {}]
  ] as const) await send(method, url, headers)
  const unknown = await collector.span('_OTHER')
  const known = collector.spans.filter(({ name }) => name === 'GET /profile')
  t.equal(known.length, 2)
  t.same(new Set([...known, unknown].map(({ traceId }) => traceId)).size, 3)
  t.same([...new Set(known.map(({ parentSpanId }) => parentSpanId))], [''])
  t.match(await collector.span('GET'), { attributes: { 'http.response.status_code': 404, 'http.route': undefined, 'url.path': undefined } })
  t.match(known[0], { status: 0, attributes: { 'http.response.status_code': 401 }, resource: { 'service.name': 'accounts' } })
  t.match(collector.headers[0], { 'content-type': 'application/json', 'x-key': 'a b' })
  t.same(await service.stop(), { code: 0, signal: null })
})

t.test('no secret, address, id or name leaves the process', async (t) => {
  const collector = await startCollector(t)
  const service = await startTraced(t, collector.origin)
  const send = ask(service)
  const json = { email: `${canary}@example.com`, password: `${canary} pass phrase` }
  const { body: { accessToken = '', refreshToken = '' } } = await send('POST', '/register', { json })
  const authorization = `Bearer ${accessToken}`
  for (const url of ['/profile', `/persons?q=${canary}`, `/persons/${canary}`, `/users/${canary}@example.com`, `/reset/${canary}`]) {
    await send('GET', url, { authorization, 'user-agent': canary, cookie: canary, 'x-forwarded-for': canary, baggage: `secret=${canary}` })
  }
  await send('POST', '/login', { json: { ...json, password: `${canary} wrong` } })
  await send('POST', '/password/forgot', { json: { email: json.email } })
  await send('POST', '/password/reset', { json: { token: canary, password: canary } })
  await send('POST', '/refresh', { json: { refreshToken } })
  await send('GET', '/sessions', { authorization, 'x-canary': canary })
  await collector.span('GET /sessions')
  await collector.span('verify password')
  const text = collector.text().toLowerCase()
  t.ok(text.includes('/persons/:id'), 'the bytes are searched as they came')
  const { sid = '', sub = '' } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>
  for (const [name, secret] of Object.entries({ canary, accessToken, refreshToken, sid, sub, at: '@example', hash: '$argon2', address: '127.0.0.1' })) {
    t.ok(secret.length > 5 && !text.includes(secret.toLowerCase()), name)
  }
  t.same(await service.stop(), { code: 0, signal: null })
})

t.test('a collector that is not there holds up nobody: requests, the log and the end go on', async (t) => {
  const port = await freePort()
  // Less than the first pause before the exporter tries again: each batch is given up at once, so that many are.
  const service = await startTraced(t, `http://127.0.0.1:${port}`, { OTEL_EXPORTER_OTLP_TIMEOUT: '700' }, { isCounted: true })
  const send = ask(service)
  for (let index = 0; index < 10; index += 1) {
    t.equal((await send('GET', '/health/live')).status, 200)
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  const warnings = () => linesOf(service).filter(({ msg }) => msg === 'traces do not go out, and are lost until they do')
  await until(async () => warnings().length > 0)
  t.match(warnings(), [{ code: 'ECONNREFUSED' }], 'told once')
  const server = createServer((_request, response) => { response.end() })
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  t.teardown(() => { server.close().closeAllConnections() })
  await until(async () => {
    await send('GET', '/health/live')
    return linesOf(service).some(({ msg }) => msg === 'traces go out again')
  })
  t.same(await service.stop(), { code: 0, signal: null })
})

t.test('nor does one that never answers: what waits is given two seconds at the end', async (t) => {
  let taken = 0
  const silent = createServer(() => { taken += 1 })
  await new Promise<void>((resolve) => { silent.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { silent.close().closeAllConnections() })
  const service = await startTraced(t, `http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
  await until(async () => taken > 0)
  const began = performance.now()
  t.same(await service.stop(), { code: 0, signal: null })
  t.ok(performance.now() - began < 4000, `${performance.now() - began} ms`)
  t.match(service.stdout(), /"msg":"stopped"/)
})

t.test('what has not been sent goes out at the end, of every worker', async (t) => {
  const collector = await startCollector(t)
  const service = await startWorkers(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin, OTEL_BSP_SCHEDULE_DELAY: '60000' })
  const send = ask(service)
  for (let index = 0; index < 8; index += 1) await send('GET', '/.well-known/jwks.json')
  t.equal(collector.spans.length, 0)
  t.same(await service.stop(), { code: 0, signal: null })
  const sent = collector.spans.filter(({ name }) => name === 'GET /.well-known/jwks.json')
  t.equal(sent.length, 8)
  t.equal(new Set(sent.map(({ resource }) => resource['service.instance.id'])).size, 2)
})

t.test('nothing of OpenTelemetry is loaded where nobody asks for traces', async (t) => {
  const packagesOf = async (environment: Record<string, string>): Promise<string[]> => {
    const service = await startService(t, { ...testEnvironment(t), ...environment }, { program: 'test/helpers/modules-program.ts' })
    service.signal('SIGUSR2')
    await until(async () => /^loaded: .*\]$/m.test(service.stdout()))
    await service.stop()
    const files = JSON.parse(/^loaded: (.*)$/m.exec(service.stdout())?.[1] ?? '') as string[]
    return [...new Set(files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? ''))]
  }
  const telemetry = (packages: string[]) => packages.filter((name) => /opentelemetry/.test(name))
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
  const off = await packagesOf({})
  t.ok(off.includes('fastify'))
  t.same(telemetry(off), [])
  t.same(telemetry(await packagesOf({ ...endpoint, OTEL_SDK_DISABLED: 'true' })), [])
  t.ok(telemetry(await packagesOf(endpoint)).includes('@opentelemetry/sdk-trace-base'))
})
