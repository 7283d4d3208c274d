// One line a request, with what is named and nothing else.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'

const { app, client, log } = await createTestApp(t)
const member = await client.register()

/** The lines that a request left behind. */
async function linesOf (ask: () => Promise<unknown>) {
  const before = log.lines().length
  await ask()
  return log.lines().slice(before).filter(({ msg }) => msg === 'request')
}

t.test('one line a request: id, method, route, status, time and user', async (t) => {
  const lines = await linesOf(() => client.as(member).get('/profile', { headers: { 'x-request-id': 'my.id_1' } }))
  t.match(lines, [{ requestId: 'my.id_1', method: 'GET', route: '/profile', status: 200, userId: member.id, level: 30 }])
  t.equal(lines.length, 1)
  t.type(lines[0]?.milliseconds, 'number')
  t.same(Object.keys(lines[0] ?? {}).sort(), ['level', 'method', 'milliseconds', 'msg', 'requestId', 'route', 'status', 'time', 'userId'])
})

t.test('the route is the pattern, so that neither ids nor queries are in the line', async (t) => {
  const lines = await linesOf(() => client.as(member).get('/persons/019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02?x=1'))
  t.match(lines, [{ route: '/persons/:id', status: 404 }])
  t.notMatch(JSON.stringify(lines), /019350a4|\?/)
})

t.test('who registers, logs in or refreshes is known when the answer is out', async (t) => {
  const account = { email: 'known@example.com', password: 'korrekte pferde batterie' }
  let known: Record<string, unknown> = {}
  t.match(await linesOf(async () => { known = (await client.post('/register', { json: account })).body }), [{ route: '/register', status: 201, userId: String }])
  const { id: userId } = known.user as { id: string }
  t.match(await linesOf(async () => { known = (await client.post('/login', { json: account })).body }), [{ route: '/login', status: 200, userId }])
  t.match(await linesOf(() => client.post('/refresh', { json: { refreshToken: known.refreshToken } })), [{ route: '/refresh', status: 200, userId }])
  t.match(await linesOf(() => client.post('/login', { json: { ...account, password: 'another password' } })), [{ route: '/login', status: 401, userId: null }])
  t.match(await linesOf(() => client.post('/register', { json: account })), [{ route: '/register', status: 409, userId: null }])
})

t.test('so is who logs in through an older server\'s address', async (t) => {
  const { client, log } = await createTestApp(t, { environment: { DIALECTS: 'slatepeak' } })
  const { id: userId, email, password } = await client.register()
  t.match(await client.post('/api/authenticate', { json: { email, password } }), { status: 200 })
  t.match(log.lines('request').at(-1), { route: '/api/authenticate', userId })
})

t.test('refusals are lines too, of nobody where nobody proved who they are', async (t) => {
  t.match(await linesOf(() => client.get('/profile')), [{ route: '/profile', status: 401, userId: null }])
  t.match(await linesOf(() => client.get('/nowhere?secret=1')), [{ route: null, status: 404, userId: null }])
  t.match(await linesOf(() => client.post('/login', { body: '{', headers: { 'content-type': 'application/json' } })), [{ route: '/login', status: 400 }])
  t.match(await linesOf(() => client.get('/%')), [{ route: null, status: 400 }])
})

t.test('a request id of ours is made where none came or a bad one', async (t) => {
  for (const given of ['', 'a b', 'x'.repeat(65), 'a\u00e9', '<script>']) {
    const { headers } = await client.get('/health/live', { headers: { 'x-request-id': given } })
    t.match(headers['x-request-id'], /^[A-Za-z0-9_-]{16}$/, given)
  }
  t.equal((await client.get('/health/live', { headers: { 'x-request-id': 'A-1._z' } })).headers['x-request-id'], 'A-1._z')
})

t.test('a fault of the store is a line with the cause, beside the line of the request', async (t) => {
  const before = log.lines().length
  const { find } = app.stores.users
  app.stores.users.find = async () => { throw new Error('the disk is on fire') }
  const answer = await app.inject({ url: '/profile', headers: { authorization: `Bearer ${member.accessToken}`, 'x-request-id': 'fire' } })
  app.stores.users.find = find
  t.equal(answer.statusCode, 500)
  t.notMatch(answer.body, /fire["']? *is|disk/)
  t.match(log.lines().slice(before), [{ level: 50, requestId: 'fire', err: { message: 'the disk is on fire' } }, { msg: 'request', status: 500, requestId: 'fire' }])
})
