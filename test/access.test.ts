// Who may do what: every registered route without a token, and every operation on persons by every role.
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { createTestApp } from './helpers/app.js'
import { newId } from '../src/ids.js'

/** Everything that answers without a token. A route that is added is guarded, or stands here. */
const open = new Set([
  'POST /register', 'POST /login', 'POST /refresh',
  'POST /password/forgot', 'POST /password/reset', 'POST /email/verify',
  'GET /.well-known/jwks.json', 'GET /health/live', 'GET /health/ready',
  'GET /openapi.json', 'GET /openapi.yaml',
  'GET /docs', 'GET /docs/', 'GET /docs/*',
  'GET /', 'GET /reset', 'GET /verify', 'GET /console/console.js', 'GET /console/reset.js', 'GET /console/verify.js', 'GET /console/styles.css', 'GET /console/mark.svg'
])

/** All routes, as `GET /persons/:id`, read off the router itself. */
function routesOf (app: FastifyInstance): Array<{ method: string, url: string }> {
  const found: Array<{ method: string, url: string }> = []
  const stack: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const parsed = /^((?:│ {3}| {4})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line)
    if (parsed === null) continue
    const depth = (parsed[1] ?? '').length / 4
    stack.splice(depth, Infinity, parsed[2] ?? '')
    for (const method of (parsed[3] ?? '').split(', ')) if (method !== '') found.push({ method, url: stack.join('') })
  }
  return found
}

const { app, client } = await createTestApp(t)
const routes = routesOf(app)
const concrete = (url: string) => url.replace(/:[^/]+/g, newId()).replace('*', 'index.html')

t.test('the routes are all seen', async (t) => {
  for (const [method, url] of [['POST', '/login'], ['GET', '/persons/:id'], ['HEAD', '/persons/:id'], ['DELETE', '/sessions/:id'], ['PUT', '/profile/password'], ['GET', '/.well-known/jwks.json']]) {
    t.ok(routes.some((route) => route.method === method && route.url === url), `${method} ${url}`)
  }
  for (const [path, operations] of Object.entries(app.swagger().paths ?? {})) {
    for (const method of Object.keys(operations ?? {})) t.ok(routes.some((route) => route.method === method.toUpperCase() && route.url === path.replace(/\{(.+?)\}/g, ':$1')), `${method} ${path} of the document`)
  }
})

t.test('every route that is not on the open list answers 401 without a token, and with one that is none', async (t) => {
  for (const { method, url } of routes) {
    if (open.has(`${method.replace('HEAD', 'GET')} ${url}`)) continue
    for (const [title, headers] of Object.entries({ bare: {}, refused: { authorization: 'Bearer a.b.c' }, basic: { authorization: 'Basic YTpi' } })) {
      const answer = await client.request(method, concrete(url), { headers })
      t.equal(answer.status, 401, `${method} ${url} ${title}`)
      t.match(answer.headers['www-authenticate'], title === 'refused' ? /^Bearer error="invalid_token", error_description="[^"]+"$/ : /^Bearer$/, `${method} ${url} ${title}`)
    }
  }
})

t.test('what is on the open list is a route, and answers without a token', async (t) => {
  for (const entry of open) {
    const [method = '', url = ''] = entry.split(' ')
    if (!routes.some((route) => route.method === method && route.url === url)) {
      t.fail(`${entry} is on the list and no route`)
      continue
    }
    const { statusCode } = await app.inject({ method: method as 'GET', url: concrete(url) })
    t.not(statusCode, 401, entry)
  }
})

t.test('persons: each operation by each role', async (t) => {
  const manager = await client.member('manager')
  const bodies: Record<string, object> = { 'POST /persons': { name: 'X' }, 'PUT /persons/:id': { name: 'X' }, 'PATCH /persons/:id': { name: 'X' } }
  const table: Record<string, Record<'none' | 'client' | 'manager' | 'admin', number>> = {
    'GET /persons': { none: 401, client: 200, manager: 200, admin: 200 },
    'GET /persons/:id': { none: 401, client: 200, manager: 200, admin: 200 },
    'POST /persons': { none: 401, client: 403, manager: 201, admin: 201 },
    'PUT /persons/:id': { none: 401, client: 403, manager: 200, admin: 200 },
    'PATCH /persons/:id': { none: 401, client: 403, manager: 200, admin: 200 },
    'DELETE /persons/:id': { none: 401, client: 403, manager: 204, admin: 204 }
  }
  const tokens = { none: undefined, client: (await client.member()).accessToken, manager: manager.accessToken, admin: (await client.member('admin')).accessToken }
  t.same(routes.filter(({ method, url }) => url.startsWith('/persons') && method !== 'HEAD').map(({ method, url }) => `${method} ${url}`).sort(), Object.keys(table).sort(), 'no operation is left out')
  for (const [operation, expected] of Object.entries(table)) {
    const [method = '', url = ''] = operation.split(' ')
    for (const [role, status] of Object.entries(expected)) {
      const { body } = await client.as(manager).post('/persons', { json: { name: 'Grace Hopper' } })
      const before = (await app.stores.persons.count({})).found
      const answer = await client.request(method, url.replace(':id', String(body.id)), { token: tokens[role as keyof typeof tokens], json: bodies[operation] })
      t.equal(answer.status, status, `${operation} as ${role}`)
      if (status < 400) continue
      t.match(await app.stores.persons.find(String(body.id)), { name: 'Grace Hopper', version: 1 }, 'the handler did not run')
      t.equal((await app.stores.persons.count({})).found, before)
    }
  }
})
