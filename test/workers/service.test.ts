// WORKERS=2: one budget for an address, one set of keys, revocations and metrics of both; and workers that die, are renewed and stopped
// while clients go on asking.
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { policies } from '../../src/throttling/policies.js'
import { createClient } from '../helpers/client.js'
import { createTestApp } from '../helpers/app.js'
import type { ApiDocument } from '../helpers/document.js'
import { startService } from '../helpers/process.js'
import { testEnvironment } from '../helpers/config.js'
import { overSocket } from '../helpers/transports.js'
import { leastOfThree, timed, until } from '../helpers/until.js'
import { isAlive, startWorkers, type Workers } from './house.js'

const token = '0123456789abcdef0123456789abcdef'
const service = await startWorkers(t, { METRICS_TOKEN: token, THROTTLE: 'on' }, { isCounted: true })
const send = overSocket(service.origin)
const { app } = await createTestApp(t)
// Each request is on a connection of its own, and connections go to the workers in turn.
const client = createClient({ document: app.swagger() as unknown as ApiDocument, send })

/** Asks one after the other over connections that are kept, until it is stopped; counts the answers. */
function askAllTheTime ({ origin }: Workers) {
  const agent = new Agent({ keepAlive: true })
  const counts: Record<string, number> = {}
  let over = false
  const ask = async (): Promise<string> => await new Promise((resolve) => {
    const { hostname, port } = new URL(origin)
    const asked = httpRequest({ host: hostname, port, path: '/health/ready', agent }, (answer) => {
      answer.resume()
      answer.on('end', () => { resolve(String(answer.statusCode)) })
    })
    asked.on('error', (error: NodeJS.ErrnoException) => { resolve(error.code ?? error.message) })
    asked.end()
  })
  const lanes = Array.from({ length: 4 }, async () => {
    while (!over) {
      const outcome = await ask()
      counts[outcome] = (counts[outcome] ?? 0) + 1
      await sleep(2)
    }
  })
  return async () => {
    over = true
    await Promise.all(lanes)
    agent.destroy()
    return counts
  }
}

t.test('both serve, with one key that was made once', async (t) => {
  t.equal(new Set(service.pids()).size, 2)
  t.equal(service.lines('made a signing key').length, 1)
  const jwks = await Promise.all(Array.from({ length: 6 }, () => client.get('/.well-known/jwks.json')))
  t.equal(new Set(jwks.map(({ text }) => text)).size, 1)
  t.equal((await client.get('/health/ready')).status, 200)
})

t.test('an address has one budget at all workers together, also when it asks all at once', async (t) => {
  const { limit } = policies.verify
  const answers = await Promise.all(Array.from({ length: 2 * limit }, () => client.post('/email/verify', { json: { token: 'made up' } })))
  t.equal(answers.filter(({ status }) => status === 400).length, limit)
  const refused = answers.filter(({ status }) => status === 429)
  t.equal(refused.length, limit)
  t.match(refused[0]?.headers, { 'retry-after': /^\d+$/, ratelimit: /^"verify";r=0/ })
})

t.test('a log-out counts at every worker within a second', async (t) => {
  const lag = await leastOfThree(1000, async () => {
    const member = await client.register()
    const statuses = async () => await Promise.all(Array.from({ length: 4 }, async () => (await client.get('/persons?limit=1', { token: member.accessToken })).status))
    t.same(new Set(await statuses()), new Set([200]))
    t.equal((await client.as(member).post('/logout')).status, 204)
    return await until(async () => (await statuses()).every((status) => status === 401))
  })
  t.ok(lag < 1000, `${Math.round(lag)} ms`)
})

t.test('the metrics are those of both, each with the number of its place', async (t) => {
  const answer = await client.get('/metrics', { token })
  t.equal(answer.status, 200)
  const ready = [...answer.text.matchAll(/^gatehouse_http_request_duration_seconds_count\{.*route="\/email\/verify",status="(\d+)",worker="(\d)"\} (\d+)$/gm)]
  t.same(new Set(ready.map(([, , worker]) => worker)), new Set(['1', '2']))
  t.equal(ready.reduce((sum, [, , , count]) => sum + Number(count), 0), 2 * policies.verify.limit)
  t.match(answer.text, /^gatehouse_info\{version="[^"]+",store="\w+",worker="1"\} 1$/m)
  t.match(answer.text, /^process_start_time_seconds\{worker="2"\} \d+$/m)
})

t.test('a worker that dies is replaced, and the other serves meanwhile', async (t) => {
  const service = await startWorkers(t)
  const [victim, other] = service.pids() as [number, number]
  process.kill(victim, 'SIGKILL')
  await until(async () => service.lines('a worker died').length === 1)
  t.match(service.lines('a worker died')[0], /"code":null,"signal":"SIGKILL"/)
  const { status } = await overSocket(service.origin)({ method: 'GET', url: '/health/ready', headers: {}, body: undefined })
  t.equal(status, 200)
  await until(async () => service.pids().length === 3)
  t.ok(isAlive(other))
})

t.test('SIGHUP renews the workers one by one, and no request is lost', async (t) => {
  const before = service.pids()
  const enough = askAllTheTime(service)
  await sleep(200)
  service.signal('SIGHUP')
  await until(async () => service.lines('all workers are new').length === 1 && service.pids().length === 4, 90_000)
  const counts = await enough()
  t.same(Object.keys(counts), ['200'], JSON.stringify(counts))
  t.notOk(before.some(isAlive))
})

t.test('SIGTERM while the workers are renewed does not wait for connections that nobody uses', async (t) => {
  const took = await leastOfThree(3000, async () => {
    const service = await startWorkers(t)
    const { hostname, port } = new URL(service.origin)
    // Connections go to the workers in turn.
    const idle = [0, 1].map(() => connect(Number(port), hostname))
    for (const socket of idle) socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
    t.teardown(() => { for (const socket of idle) socket.destroy() })
    await Promise.all(idle.map(async (socket) => await once(socket, 'data')))
    service.signal('SIGHUP')
    await until(async () => service.pids().length === 3)
    await sleep(200)
    return await timed(async () => { t.same(await service.stop(), { code: 0, signal: null }) })
  })
  t.ok(took < 3000, `${Math.round(took)} ms`)
})

t.test('where the first worker cannot start nothing does', async (t) => {
  await t.rejects(startService(t, { ...testEnvironment(t), WORKERS: '2', PORT: new URL(service.origin).port }, { isCounted: true }), /ended with 1: gatehouse cannot start: .*EADDRINUSE/)
})

t.test('SIGTERM with requests in flight: all finish or are told 503, and the process ends with 0', async (t) => {
  let sent = 0
  const body = (index: number): string => JSON.stringify({ email: `flight-${index}@example.com`, password: 'a fine password of the tests' })
  const flying = Promise.allSettled(Array.from({ length: 20 }, (_, index) => send({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json' }, body: body(index) }, () => { sent += 1 })))
  await until(async () => sent === 20)
  // Connections are accepted in the order in which they came, and go to the workers in turn: these two are served when all are under way.
  for (let turn = 0; turn < 2; turn += 1) t.equal((await client.get('/health/live')).status, 200)
  // A terminal tells the workers too. They stand still until their primary has told them as well, so that they hear both.
  const workers = service.pids().slice(2)
  for (const pid of workers) for (const signal of ['SIGSTOP', 'SIGTERM'] as const) process.kill(pid, signal)
  const stopped = service.stop()
  await until(async () => service.lines('stopping the workers').length === 1)
  for (const pid of workers) process.kill(pid, 'SIGCONT')
  t.same(await stopped, { code: 0, signal: null })
  const statuses = (await flying).map((outcome) => outcome.status === 'fulfilled' ? outcome.value.status : String((outcome.reason as NodeJS.ErrnoException).code))
  t.same([...new Set(statuses)].filter((status) => status !== 201 && status !== 503), [], statuses.join())
  t.ok(statuses.includes(201))
  t.equal(service.lines('all workers have stopped').length, 1)
  t.equal(service.stderr(), '')
  t.notOk(service.pids().some(isAlive))
})

t.test('a second signal does not wait, and no worker outlives its primary', async (t) => {
  // While the second worker is still starting.
  const another = await startService(t, { ...testEnvironment(t), WORKERS: '2' })
  const pid = Number(/"pid":(\d+)/.exec(another.stdout())?.[1])
  process.kill(pid, 'SIGSTOP')
  another.signal('SIGTERM')
  await until(async () => another.stdout().includes('stopping the workers'))
  const ended = another.stop()
  // The worker holds the output open as long as it stands still.
  await another.gone
  process.kill(pid, 'SIGCONT')
  t.same(await ended, { code: 1, signal: null })
  await until(async () => !isAlive(pid))
})
