// More than a process can do in time: the surplus is told 503, who is in is served, and it is over as soon as the load is.
import { Agent, request } from 'node:http'
import t, { type Test } from 'tap'
import { createTestApp } from '../helpers/app.js'
import { testEnvironment } from '../helpers/config.js'
import { startService } from '../helpers/process.js'
import type { Headers } from '../helpers/transports.js'
import { until } from '../helpers/until.js'
import { metricsToken, samplesIn, valueOf } from '../metrics/scrape.js'

interface Reply { status: number | undefined, headers: Headers, text: string }

/** A client that keeps its connections: of new ones Node accepts one a turn of its loop, so that those pile up before it. */
function keepingConnections (t: Test, origin: string) {
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => { agent.destroy() })
  return async (path: string, headers: Record<string, string> = {}, onSent = () => undefined as unknown) => await new Promise<Reply>((resolve, reject) => {
    const sent = request(origin, { path, headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => { text += part })
      answer.on('end', () => { resolve({ status: answer.statusCode, headers: answer.headers, text }) })
    })
    sent.on('error', reject).end(onSent)
  })
}

t.test('of requests that have piled up those beyond SHED_AFTER_MS are refused; health and metrics are not; then all is well again', async (t) => {
  const service = await startService(t, { ...testEnvironment(t), SHED_AFTER_MS: '5', METRICS_TOKEN: metricsToken, CORS_ORIGINS: 'https://app.example.com' }, { isCounted: true })
  const ask = keepingConnections(t, service.origin)
  const authorization = { authorization: `Bearer ${metricsToken}` }
  let sent = 0
  const askAll = () => [[150, '/openapi.json', { origin: 'https://app.example.com' }], [20, '/health/live', {}], [5, '/metrics', authorization]]
    .map(([count, path, headers]) => Promise.all(Array.from({ length: count as number }, () => ask(path as string, headers as Record<string, string>, () => { sent += 1 }))))
  await Promise.all(askAll())
  await until(async () => (await ask('/health/ready')).status === 200)
  sent = 0
  // While it stands still the kernel takes requests for it: it finds them all at once.
  service.signal('SIGSTOP')
  const [waiting = [], ...exempt] = askAll()
  await until(async () => sent === 175)
  service.signal('SIGCONT')
  const answers = await waiting
  const refused = answers.filter(({ status }) => status === 503)
  t.ok(refused.length > 0 && refused.length < 150, `${refused.length} of 150`)
  t.same([...new Set(answers.map(({ status }) => status))].sort(), [200, 503])
  for (const { text, headers } of refused) {
    t.match(JSON.parse(text), { status: 503, code: 'busy', type: 'about:blank' })
    t.match(headers, { 'retry-after': '2', 'content-type': /^application\/problem\+json/, 'access-control-allow-origin': 'https://app.example.com', 'x-content-type-options': 'nosniff' })
  }
  t.same([...new Set((await Promise.all(exempt)).flat().map(({ status }) => status))], [200])
  const ready = await ask('/health/ready')
  t.match([ready.status, JSON.parse(ready.text)], [503, { code: 'busy', detail: /^More is asked of this process/ }], 'not ready, and why')
  t.equal((await ask('/openapi.json')).status, 200, 'at once')
  t.ok((valueOf(samplesIn((await ask('/metrics', authorization)).text), 'gatehouse_requests_shed_total') ?? 0) >= refused.length)
  await until(async () => (await ask('/health/ready')).status === 200)
  const lines = service.stdout().split('\n').filter((line) => line.includes('requests are refused'))
  t.equal(lines.length, 1, 'one line, beside those of the requests')
  t.match(JSON.parse(lines[0] ?? '{}'), { level: 40 })
  t.same(await service.stop(), { code: 0, signal: null })
})

t.test('with SHED_AFTER_MS=0 nothing is refused, and nobody looks at the time', async (t) => {
  const { app, client } = await createTestApp(t, { environment: { SHED_AFTER_MS: '0' } })
  t.equal(app.turnLimit, null)
  t.equal((await client.get('/health/ready')).status, 200)
})

t.test('a dialect on a port of its own sheds by the same measure, in its own words', async (t) => {
  const { app, log } = await createTestApp(t, { environment: { SHED_AFTER_MS: '1', DIALECTS: 'joshmorony@:0' } })
  const page = log.lines().map(({ msg }) => /^joshmorony is served at (.+)$/.exec(msg)?.[1]).find((address) => address !== undefined) ?? ''
  const { turnLimit } = app
  if (turnLimit === null) throw new Error('There is a limit.')
  turnLimit.admit = () => false
  t.match(await (await fetch(`${page}/users/test`)).json(), { statusCode: 503 })
})
