// Where DIALECTS puts the dialects: prefixes, ports, and the conflicts that stop the start.
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { refuseUnknown } from '../../../routes/dialects/scope.js'
import { ConfigError } from '../../../src/config.js'
import { policies } from '../../../src/throttling/policies.js'
import type { TestApp } from '../../helpers/app.js'
import { password } from '../../helpers/client.js'
import { testConfig, testEnvironment } from '../../helpers/config.js'
import type { ApiDocument } from '../../helpers/document.js'
import { whileHashingIsFull } from '../../helpers/hashing.js'
import { listen, sendRaw } from '../../helpers/transports.js'
import { createDialectApp, exchange } from './support.js'

const conflicts = [
  { name: 'two dialects that answer one operation', dialects: 'devdactic,slatepeak', says: 'DIALECTS: devdactic and slatepeak both answer POST /api/register. Give one of them a prefix (slatepeak@/old) or a port of its own (slatepeak@:5050).' },
  { name: 'a dialect that answers what the main API does', dialects: 'dotnetcurry', says: /^DIALECTS: the main API and dotnetcurry both answer GET \/(persons|users)\. Give dotnetcurry a prefix \(dotnetcurry@\/old\) or a port of its own \(dotnetcurry@:5050\)\.$/ },
  { name: 'two under one prefix', dialects: 'devdactic@/v1,slatepeak@/v1', says: /both answer POST \/v1\/api\/register/ },
  { name: 'two on one port', dialects: 'devdactic@:5050,slatepeak@:5050', says: 'DIALECTS: devdactic and slatepeak both ask for port 5050. Give slatepeak another one, or a prefix (slatepeak@/old).' },
  { name: 'one on the main port', dialects: 'devdactic@:4711', environment: { PORT: '4711' }, says: /the main API \(PORT\) and devdactic both ask for port 4711/ },
  { name: 'a port that there is not', dialects: 'devdactic@:65536', says: /devdactic asks for port 65536/ }
]
/** Where a dialect with a port of its own is served, as the log says. */
function addressOf (log: TestApp['log'], name: string): string {
  const line = new RegExp(`^${name} is served at (.+)$`)
  return log.lines().map(({ msg }) => line.exec(msg)?.[1]).find((address) => address !== undefined) ?? ''
}

// One store for all: a start that fails would leave its own open, and each takes a thread.
const plain = await createDialectApp(t, '')
const { app: { stores } } = plain
const overrides = { stores }
for (const { name, dialects, environment = {}, says } of conflicts) {
  t.test(`${name} stops the start, and the error says what to do`, async (t) => {
    await t.rejects(createDialectApp(t, dialects, { environment, overrides }), { message: says })
  })
}

t.test('a name that is no dialect, or a place that is none, is a fault of the configuration', async (t) => {
  for (const DIALECTS of ['devdactics', 'devdactic@v1', 'devdactic@/', 'devdactic@/v1/', 'devdactic@:', 'devdactic@/../x', 'devdactic,,slatepeak@/v2', 'devdactic@:5050/v1']) {
    t.throws(() => testConfig({ ...testEnvironment(t), DIALECTS }), ConfigError, DIALECTS)
  }
})

t.test('none is on by default, and the longest token is then the main API\'s', async (t) => {
  const { app } = plain
  t.same(app.config.dialects, [])
  t.equal(app.longestTokenSeconds, 600)
  for (const url of ['/api/register', '/auth', '/createuser', '/users/authenticate']) t.equal((await exchange(app, { url, json: {} })).status < 404, false, url)
  t.notMatch(JSON.stringify(app.swagger()), 'dialect: ')
})

t.test('with dialects the longest token is the longest of theirs', async (t) => {
  t.equal(testConfig({ ...testEnvironment(t), DIALECTS: 'devdactic' }).longestTokenSeconds, 3600)
  t.equal(testConfig({ ...testEnvironment(t), DIALECTS: 'devdactic, slatepeak@/v2 ,dotnetcurry@:5050' }).longestTokenSeconds, 10_080)
  t.equal(testConfig({ ...testEnvironment(t), DIALECTS: 'devdactic', ACCESS_TOKEN_TTL: '1d' }).longestTokenSeconds, 86_400)
})

t.test('all five at once, each in its place, and in the document under its tag', async (t) => {
  const { app, client } = await createDialectApp(t, 'devdactic,joshmorony,newbycoder,slatepeak@/v2,dotnetcurry@/v2', { overrides })
  await client.register({ email: 'ada@example.com', username: 'ada' })
  const answers = {
    '/api/login': { email: 'ada@example.com', password },
    '/auth': { email: 'ada@example.com', password },
    '/users/authenticate': { username: 'ada', password: btoa(password) },
    '/v2/api/authenticate': { email: 'ada@example.com', password },
    '/v2/authuser': { UserName: 'ada', Password: password }
  }
  for (const [url, json] of Object.entries(answers)) t.match((await exchange(app, { url, json })).text, /[tT]oken":"(JWT )?eyJ/, url)
  const { paths } = app.swagger() as unknown as ApiDocument
  const tags = Object.values(paths).flatMap((path) => Object.values(path)).flatMap(({ tags = [] }) => tags).filter((tag) => tag.startsWith('dialect: '))
  t.same([...new Set(tags)].sort(), ['devdactic', 'dotnetcurry', 'joshmorony', 'newbycoder', 'slatepeak'].map((name) => `dialect: ${name}`))
  t.equal(tags.length, 4 + 3 + 2 + 3 + 4)
})

t.test('under a prefix unknown addresses are answered in the dialect that came first, elsewhere as ever', async (t) => {
  const { app, client } = await createDialectApp(t, 'devdactic@/old,newbycoder@/old', { overrides })
  t.match(JSON.parse((await exchange(app, { url: '/old/x' })).text), { msg: String })
  t.equal((await client.get('/x')).code, 'not_found')
  t.equal((await client.get('/api')).code, 'not_found')
  await t.rejects(refuseUnknown(), { message: 'There is nothing here under this address.' })
})

t.test('on a port of its own nothing but the dialect answers, over the same accounts, and revocation acts at once', async (t) => {
  const { app, client, log } = await createDialectApp(t, 'dotnetcurry@:0,devdactic@:0', { overrides })
  const [page, ionic] = [addressOf(log, 'dotnetcurry'), addressOf(log, 'devdactic')]
  const main = await listen(app)
  const form = async (url: string, data: Record<string, string>) => await (await fetch(url, { method: 'POST', body: new URLSearchParams(data) })).json() as Record<string, string>

  t.same(await form(`${page}/createuser`, { UserName: 'port@example.com', Password: password }), { createduccessfully: true })
  const { accessToken } = await form(`${page}/authuser`, { UserName: 'port@example.com', Password: password })
  const { token } = await form(`${ionic}/api/login`, { email: 'port@example.com', password })
  const persons = async (token: unknown) => (await fetch(`${page}/persons`, { headers: { authorization: `Bearer ${String(token)}` } })).status
  t.equal(await persons(accessToken), 200)
  t.equal(await persons(token), 200, 'a token of one port counts on the other')

  for (const path of ['/profile', '/register', '/docs', '/health/live', '/api/login', '/']) t.match(await (await fetch(`${page}${path}`)).json(), { authsuccess: false }, path)
  t.match(await (await fetch(`${ionic}/createuser`)).json(), { msg: String })
  t.equal((await fetch(`${main}/createuser`, { method: 'POST' })).status, 404)
  t.equal((await fetch(`${page}/openapi.json`)).status, 200)
  const { paths } = await (await fetch(`${page}/openapi.json`)).json() as ApiDocument
  t.same(Object.keys(paths).sort(), ['/authuser', '/createuser', '/persons', '/users'])
  t.match(Object.values(paths['/users'] ?? {}), [{ tags: ['dialect: dotnetcurry'] }])
  t.match(await (await fetch(`${page}/users`, { headers: { authorization: `Bearer ${String(accessToken)}` } })).json(), { authsuccess: false })
  t.match(await app.stores.audit.page({ event: 'authz_fail', after: null, limit: 5 }), [{ detail: { route: '/users', role: 'client' } }])
  t.match((await fetch(`${page}/persons`)).headers.get('content-security-policy'), "default-src 'none'")
  for (const hosts of ['', 'Host: x\r\nHost: y\r\n']) {
    const refused = await sendRaw(page, `GET /persons HTTP/1.1\r\n${hosts}\r\n`)
    t.match([refused.status, JSON.parse(refused.text)], [400, { authsuccess: false }], hosts)
  }

  t.equal((await client.delete('/sessions', { token: String(token) })).status, 204)
  t.equal(await persons(accessToken), 401)
  await app.close()
  await t.rejects(fetch(`${page}/persons`), 'closed with the main server')
})

t.test('a port that somebody else has stops the start', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { other.close() })
  const { port } = other.address() as AddressInfo
  await t.rejects(createDialectApp(t, `joshmorony@:${port}`, { overrides }), { message: new RegExp(`^DIALECTS: joshmorony cannot listen on port ${port}: .*EADDRINUSE`) })
})

t.test('with DOCS=off a port publishes no document', async (t) => {
  const { log } = await createDialectApp(t, 'newbycoder@:0', { environment: { DOCS: 'off' }, overrides })
  t.equal((await fetch(`${addressOf(log, 'newbycoder')}/openapi.json`)).status, 404)
})

t.test('an address has one budget for the main port and all others', async (t) => {
  const { app, log } = await createDialectApp(t, 'dotnetcurry@:0,devdactic@:0', { config: { throttle: true }, overrides })
  const urls = [`${await listen(app)}/login`, `${addressOf(log, 'dotnetcurry')}/authuser`, `${addressOf(log, 'devdactic')}/api/login`]
  const post = async (url: string) => await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  for (let round = 0; round < policies.login.limit / urls.length; round += 1) {
    for (const url of urls) t.not((await post(url)).status, 429, url)
  }
  for (const url of urls) t.match(await post(url), { status: 429 }, url)
})

t.test('limits per address hold for a dialect, in its shape and with Retry-After', async (t) => {
  const { app } = await createDialectApp(t, 'slatepeak', { config: { throttle: true }, overrides })
  const ask = async () => await exchange(app, { url: '/api/authenticate', json: {} })
  for (let index = 0; index < 30; index += 1) await ask()
  const { status, headers, text } = await ask()
  t.equal(status, 429)
  t.match(headers['retry-after'], /^[1-9]\d*$/)
  t.match(JSON.parse(text), { success: false, message: /Too many/ })
})

t.test('when more log in at once than can be hashed, a dialect says 503 in its shape and with Retry-After', async (t) => {
  const { app } = await createDialectApp(t, 'devdactic', { config: { hashing: { slots: 1, queue: 1 } }, overrides })
  const logIn = async (index: number) => await exchange(app, { url: '/api/login', json: { email: `many${index}@example.com`, password } })
  const replies = await whileHashingIsFull(app, async () => await Promise.all([1, 2, 3, 4, 5, 6].map(logIn)))
  for (const { status, headers, text } of replies) t.match([status, headers['retry-after'], JSON.parse(text)], [503, /^[1-9]/, { msg: /more to do/ }])
  t.equal((await logIn(1)).status, 400, 'looked at when there is room again')
})

t.test('while the database does not answer a dialect says 503 in its shape, never 401', async (t) => {
  const { app, log } = await createDialectApp(t, 'devdactic')
  await app.stores.close()
  const { status, headers, text } = await exchange(app, { url: '/api/login', json: { email: 'ada@example.com', password } })
  t.equal(status, 503)
  t.ok(headers['retry-after'])
  t.match(JSON.parse(text), { msg: /database/ })
  t.ok(log.lines().some(({ level, err }) => level === 50 && err !== undefined))
})
