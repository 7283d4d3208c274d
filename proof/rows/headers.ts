// SECURITY.md D and F: the headers of every answer there is, and who may read it from another origin.
import { type Headers, overSocket, type Reply, sendRaw } from '../../test/helpers/transports.js'
import { adminOf } from '../accounts.js'
import { breakPerson } from '../broken-record.js'
import { inLanes } from '../lanes.js'
import { findingOf, type Row, stores } from '../row.js'
import type { Scene, Service } from '../scene.js'

const page = 'https://app.example.com'
const strictest = "default-src 'none'; frame-ancestors 'none'"
const strangers = [
  'null', '*', 'http://app.example.com', 'https://app.example.com.evil.example', 'https://evil-app.example.com',
  'https://evil.example/https://app.example.com', 'https://app.example.com:8443', 'https://APP.example.com', 'https://app.example.com/',
  'https://app_example.com', 'https://appxexample.com', 'https://sub.app.example.com', 'https://app.example.com, https://evil.example',
  'https://app.example.com.', 'https://evil.example'
]

interface Ask {
  name: string
  status: number
  send (headers: Record<string, string>): Promise<Reply>
  /** It has a policy of its own. */
  isPage?: boolean
  /** The parser or the router refuses it: no origin is looked at. */
  isEarly?: boolean
}
interface AskOptions { as?: string, headers?: Record<string, string>, body?: string, to?: ReturnType<typeof overSocket> }

/** An answer of every status that the service gives, and the pages. */
async function asksOf (scene: Scene, { origin, client }: Service, down: Service): Promise<Ask[]> {
  const admin = await adminOf(scene, client)
  const member = await client.register()
  const { body: person, headers: { etag } } = await client.as(admin).post('/persons', { json: { name: 'Grace Hopper' } })
  const { body: broken } = await client.as(admin).post('/persons', { json: { name: 'Nobody' } })
  await breakPerson(scene, String(broken.id))
  for (let times = 0; times < 4; times += 1) await client.as(member).post('/email/verification')
  const [own, others] = [overSocket(origin), overSocket(down.origin)]
  const ask = (status: number, method: string, url: string, options: AskOptions = {}): Ask => {
    const { as, headers = {}, body, to = own } = options
    const authorization = as === undefined ? {} : { authorization: `Bearer ${as}` }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const send = async (more: object): Promise<Reply> => await to({ method, url, headers: { ...authorization, ...type, ...headers, ...more }, body })
    return { name: `${method} ${url.slice(0, 40)}`, status, send }
  }
  const raw = (name: string, status: number, bytes: string): Ask =>
    ({ name, status, isEarly: true, send: async () => await sendRaw(origin, bytes) })
  const [boss, someone] = [admin.accessToken, member.accessToken]
  return [
    ask(200, 'GET', '/health/live'),
    ask(200, 'HEAD', '/health/live'),
    ask(200, 'GET', '/profile', { as: someone }),
    ask(200, 'GET', '/openapi.json'),
    ask(200, 'GET', '/.well-known/jwks.json'),
    ask(201, 'POST', '/persons', { as: boss, body: '{"name":"X"}' }),
    ask(202, 'POST', '/password/forgot', { body: '{"email":"a@example.com"}' }),
    ask(204, 'DELETE', '/sessions?keep=current', { as: boss }),
    ask(304, 'GET', `/persons/${String(person.id)}`, { as: boss, headers: { 'if-none-match': String(etag) } }),
    ask(400, 'POST', '/login', { body: '{}' }),
    ask(400, 'POST', '/login', { body: '{' }),
    { ...ask(400, 'GET', '/%'), isEarly: true },
    ask(401, 'GET', '/profile'),
    ask(401, 'GET', '/profile', { as: 'a.b.c' }),
    ask(403, 'GET', '/users', { as: someone }),
    ask(404, 'GET', '/nowhere'),
    ask(404, 'GET', `/users/${String(person.id)}`, { as: boss }),
    ask(405, 'DELETE', '/login'),
    ask(409, 'DELETE', `/users/${admin.id}`, { as: boss }),
    ask(412, 'DELETE', `/persons/${String(person.id)}`, { as: boss, headers: { 'if-match': '"99"' } }),
    ask(413, 'POST', '/login', { body: `"${'x'.repeat(20_000)}"` }),
    { ...ask(414, 'GET', `/persons/${'x'.repeat(300)}`, { as: boss }), isEarly: true },
    ask(415, 'POST', '/login', { body: '<a/>', headers: { 'content-type': 'text/xml' } }),
    ask(422, 'POST', '/register', { body: '{"email":"b@example.com","password":"password"}' }),
    ask(429, 'POST', '/email/verification', { as: someone }),
    ask(500, 'GET', `/persons/${String(broken.id)}`, { as: boss }),
    ask(503, 'GET', '/health/ready', { to: others }),
    ask(503, 'POST', '/login', { to: others, body: '{"email":"a@example.com","password":"x"}' }),
    raw('nonsense', 400, 'nonsense\r\n\r\n'),
    raw('no Host', 400, 'GET /profile HTTP/1.1\r\nConnection: close\r\n\r\n'),
    raw('half a head', 408, 'GET /profile HTTP/1.1\r\n'),
    raw('large headers', 431, `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`),
    ...['/', '/reset', '/verify', '/docs/', '/console/console.js'].map((url): Ask => ({ ...ask(200, 'GET', url), isPage: true }))
  ]
}

/** What is wrong with the headers of an answer. `overTls`: clients come over TLS. */
function faultsOf ({ status, isPage = false }: Ask, reply: Reply, overTls: boolean): string[] {
  const { headers, text } = reply
  const policy = String(headers['content-security-policy'])
  const checks: Record<string, boolean> = {
    [`status ${reply.status}`]: reply.status === status,
    'nosniff': headers['x-content-type-options'] === 'nosniff',
    'frame-ancestors': policy.includes("frame-ancestors 'none'"),
    'policy': isPage ? !/unsafe-(inline|eval)/.test(policy.replace(/style-src[^;]*/, '')) : policy === strictest,
    'x-frame-options': headers['x-frame-options'] === 'DENY',
    'referrer-policy': headers['referrer-policy'] === 'no-referrer',
    'x-request-id': headers['x-request-id'] !== undefined,
    'HSTS': overTls === (headers['strict-transport-security'] !== undefined),
    'Server': headers.server === undefined && headers['x-powered-by'] === undefined,
    'a stack': status < 400 || !/\bat .+:\d+:\d+|node_modules|\.js\b|SQLITE|Mongo/.test(text),
    'problem+json': status < 400 || String(headers['content-type']).startsWith('application/problem+json') || text === ''
  }
  return Object.entries(checks).filter(([, holds]) => !holds).map(([name]) => name)
}

/** What is wrong with what a browser is told about other origins. */
function originFaults (ask: Ask, headers: Headers, origin: string, isListed: boolean): string[] {
  const allowed = headers['access-control-allow-origin']
  if (ask.isEarly === true) return allowed === undefined ? [] : [`early, allows ${String(allowed)}`]
  return [
    ...(allowed === (isListed ? origin : undefined) ? [] : [`${origin}: allows ${String(allowed)}`]),
    ...(/\borigin\b/i.test(String(headers.vary)) ? [] : [`${origin}: no Vary`]),
    ...(headers['access-control-allow-credentials'] === undefined ? [] : ['credentials'])
  ]
}

export const headers: Row = {
  section: 'D',
  name: 'headers',
  title: 'an answer of every status (200 to 503, 404, 408 and 500 among them) and every page: its headers with and ' +
    `without TLS, and what it says to a page of the one listed origin, of ${strangers.length} others (\`null\`, look-alikes), and where none is listed`,
  asked: '`nosniff`, `frame-ancestors \'none\'`, HSTS where PUBLIC_URL is https and only there, no `Server`, no stack; the listed ' +
    'origin is let in by name, no other; `Vary: Origin`',
  stores,
  async run (scene) {
    const overTls = { PUBLIC_URL: 'https://auth.example.com', CORS_ORIGINS: `${page},http://localhost:8100` }
    const service = await scene.start(overTls)
    const plain = await scene.start()
    const nowhere = `mongodb://127.0.0.1:${await scene.freePort()}/none`
    const down = await scene.start({ ...overTls, DATABASE_URL: nowhere }, { ready: false })
    const asks = await asksOf(scene, service, down)
    const faults: string[] = []
    const note = ({ name, status }: Ask, found: readonly string[]): void => { faults.push(...found.map((fault) => `${name} (${status}): ${fault}`)) }
    await inLanes(asks, 4, async (ask) => {
      const reply = await ask.send({ origin: page })
      note(ask, [...faultsOf(ask, reply, true), ...originFaults(ask, reply.headers, page, true)])
    })
    // Not what writes, or is slow on purpose.
    const repeatable = asks.filter(({ status }) => ![201, 204, 408].includes(status))
    for (const stranger of strangers) {
      await inLanes(scene.long ? repeatable : repeatable.filter(() => scene.random() < 0.5), 4, async (ask) => {
        note(ask, originFaults(ask, (await ask.send({ origin: stranger })).headers, stranger, false))
      })
      const asked = { origin: stranger, 'access-control-request-method': 'POST' }
      const preflight = await overSocket(service.origin)({ method: 'OPTIONS', url: '/login', headers: asked, body: undefined })
      if (preflight.headers['access-control-allow-origin'] !== undefined) faults.push(`preflight from ${stranger}`)
    }
    for (const [url, status] of [['/health/live', 200], ['/nowhere', 404], ['/profile', 401]] as const) {
      const reply = await overSocket(plain.origin)({ method: 'GET', url, headers: { origin: page }, body: undefined })
      const allowed = reply.headers['access-control-allow-origin'] === undefined ? [] : ['lets an origin in where none is listed']
      const ask = { name: `without TLS ${url}`, status, send: async () => reply }
      note(ask, [...faultsOf(ask, reply, false), ...allowed])
    }
    const statuses = new Set(asks.map(({ status }) => status))
    const seen = `${asks.length} answers of ${statuses.size} statuses; the listed origin let in, ${strangers.length} others not`
    return findingOf(faults, seen)
  }
}
