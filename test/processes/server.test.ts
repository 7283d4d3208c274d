// The process: it starts, serves, tells where, and stops without losing what is under way.
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { freePort } from '../../scripts/mongodb-server.js'
import { testEnvironment } from '../helpers/config.js'
import { startService } from '../helpers/process.js'
import { overSocket } from '../helpers/transports.js'
import { until } from '../helpers/until.js'

t.test('SIGTERM with requests in flight: all finish or are told 503, and the process ends with 0', async (t) => {
  const service = await startService(t, testEnvironment(t), { isCounted: true })
  const send = overSocket(service.origin)
  let sent = 0
  t.equal((await send({ method: 'GET', url: '/health/ready', headers: {}, body: undefined })).status, 200)
  const register = (index: number) => send({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: `flight-${index}@example.com`, password: 'a fine password of the tests' }) }, () => { sent += 1 })
  const flying = Promise.allSettled(Array.from({ length: 40 }, (_, index) => register(index)))
  await until(async () => sent === 40)
  const began = performance.now()
  const exit = await service.stop('SIGTERM')
  t.same(exit, { code: 0, signal: null })
  t.ok(performance.now() - began < 10_000)
  const statuses = (await flying).map((outcome) => outcome.status === 'fulfilled' ? outcome.value.status : String((outcome.reason as NodeJS.ErrnoException).code))
  t.same([...new Set(statuses)].filter((status) => status !== 201 && status !== 503), [], statuses.join())
  t.ok(statuses.includes(201))
  t.match(service.stdout(), /"msg":"stopping"[\s\S]*"msg":"stopped"/)
  t.equal(service.stderr(), '')
})

t.test('connections over which nothing comes, or half a request, do not hold the end up, on any port', async (t) => {
  const metricsPort = await freePort()
  const service = await startService(t, { ...testEnvironment(t), METRICS_TOKEN: '0123456789abcdef0123456789abcdef', METRICS_PORT: String(metricsPort) })
  for (const port of [Number(new URL(service.origin).port), metricsPort]) {
    for (const words of ['', 'GET /health/live HTTP/1.1\r\nHo']) {
      const socket = connect(port, '127.0.0.1', () => { socket.write(words) })
      socket.on('error', () => undefined)
      await once(socket, 'connect')
    }
  }
  const began = performance.now()
  t.same(await service.stop('SIGTERM'), { code: 0, signal: null })
  const took = performance.now() - began
  t.ok(took < 5000, `${Math.round(took)} ms`)
  t.match(service.stdout(), /"msg":"stopped"/)
})

t.test('what was sent before the signal is answered, also what the process had not read yet', async (t) => {
  const service = await startService(t, testEnvironment(t))
  const send = overSocket(service.origin)
  let sent = 0
  // While it stands still the kernel takes connections and requests for it.
  service.signal('SIGSTOP')
  const waiting = Promise.allSettled(Array.from({ length: 20 }, () => send({ method: 'GET', url: '/health/live', headers: {}, body: undefined }, () => { sent += 1 })))
  await until(async () => sent === 20)
  const stopped = service.stop('SIGTERM')
  service.signal('SIGCONT')
  t.same(await stopped, { code: 0, signal: null })
  t.same([...new Set((await waiting).map((outcome) => outcome.status === 'fulfilled' ? outcome.value.status : String(outcome.reason)))], [200])
})

t.test('so is what takes it longer to read than a moment', async (t) => {
  const service = await startService(t, testEnvironment(t))
  const send = overSocket(service.origin)
  let sent = 0
  service.signal('SIGSTOP')
  const waiting = Promise.allSettled(Array.from({ length: 200 }, (_, index) => send({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: `late-${index}@example.com`, password: 'a fine password of the tests' }) }, () => { sent += 1 })))
  await until(async () => sent === 200)
  const stopped = service.stop('SIGTERM')
  service.signal('SIGCONT')
  t.same(await stopped, { code: 0, signal: null })
  const answers = (await waiting).map((outcome) => outcome.status === 'fulfilled' ? outcome.value.status : String(outcome.reason))
  t.same(answers.filter((answer) => answer !== 201 && answer !== 503), [])
})

t.test('what would not be done in time is told 503, and the process ends with 0 all the same', async (t) => {
  const service = await startService(t, { ...testEnvironment(t), HASH_SLOTS: '1', HASH_QUEUE: '300', ARGON2_TIME: '16' })
  const send = overSocket(service.origin)
  let sent = 0
  const flying = Promise.allSettled(Array.from({ length: 150 }, (_, index) => send({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: `slow-${index}@example.com`, password: 'a fine password of the tests' }) }, () => { sent += 1 })))
  await until(async () => sent === 150)
  t.same(await service.stop('SIGTERM'), { code: 0, signal: null })
  const answers = (await flying).map((outcome) => outcome.status === 'fulfilled' ? outcome.value.status : String(outcome.reason))
  t.same([...new Set(answers)].sort(), [201, 503])
})

t.test('with PORT=0 the log names the page at the port that was free', async (t) => {
  const service = await startService(t, testEnvironment(t))
  t.ok(service.stdout().includes(`"docs":"${service.origin}/docs"`), service.stdout())
})

t.test('SIGINT ends it too, and a port that is taken is told in words', async (t) => {
  const service = await startService(t, { ...testEnvironment(t), DOCS: 'off' }, { isCounted: true })
  t.match(service.stdout(), /"docs":null,.*"msg":"Gatehouse is serving"/)
  await t.rejects(startService(t, { ...testEnvironment(t), PORT: new URL(service.origin).port }), /ended with 1: gatehouse cannot start: listen EADDRINUSE/)
  t.same(await service.stop('SIGINT'), { code: 0, signal: null })
})
