// Requests that fail: what is tried again, what is not, how long that takes, and what a caller is told.
import t, { type Test } from 'tap'
import { type Client, createClient, type WriteOptions } from '../../client/src/index.js'
import { problem, watchedFetch } from './support.js'

const tokens = { user: {}, accessToken: `x.${btoa('{"sid":"s"}')}.x`, refreshToken: 'r', tokenType: 'Bearer', expiresIn: 600 }

/** A signed-in client of a service that answers what a test says. */
async function scripted (answers: Array<() => Response | Promise<Response>>, options = {}) {
  const watched = watchedFetch()
  const client = createClient({ baseUrl: 'http://service.example', fetch: watched.fetch, ...options })
  watched.instead = () => Response.json(tokens)
  await client.login({ email: 'a@example.com', password: 'x' })
  watched.asked.length = 0
  let turn = 0
  watched.instead = () => (answers[Math.min(turn++, answers.length - 1)] ?? (() => Response.json({})))()
  return { client, watched }
}

const busy = () => problem(503, 'busy', { 'retry-after': '0.01' })
const down = () => problem(503, 'store_unavailable', { 'retry-after': '0.01' })
const lost = () => { throw new TypeError('socket hang up') }
const fine = () => Response.json({ items: [], nextCursor: null })

t.test('reading is tried again after 503, 429, a gateway\'s page and a lost connection', async (t) => {
  for (const trouble of [busy, down, lost, () => problem(429, 'too_many_attempts', { 'retry-after': '0' }), () => new Response('<h1>Bad gateway</h1>', { status: 502 })]) {
    const { client, watched } = await scripted([trouble, fine])
    await t.resolves(client.persons.list())
    t.equal(watched.asked.length, 2)
  }
})

t.test('what may have been done is not done twice', async (t) => {
  for (const trouble of [down, lost]) {
    const { client, watched } = await scripted([trouble, fine])
    await t.rejects(client.persons.create({ name: 'Grace' }))
    t.equal(watched.asked.length, 1)
  }
  const { client, watched } = await scripted([busy, fine])
  await t.resolves(client.persons.create({ name: 'Grace' }), 'a busy service has done nothing')
  t.equal(watched.asked.length, 2)
})

t.test('what carries a password is sent once, whatever became of it: the repeat of what was done would count as a guess', async (t) => {
  const sent: Array<(client: Client) => Promise<unknown>> = [
    (client) => client.password.change({ currentPassword: 'x', newPassword: 'y' }),
    (client) => client.email.change('b@example.com', 'x'),
    (client) => client.profile.remove('x')
  ]
  for (const trouble of [lost, down, busy]) {
    for (const send of sent) {
      const { client, watched } = await scripted([trouble, fine])
      await t.rejects(send(client))
      t.equal(watched.asked.length, 1, watched.asked.join())
    }
  }
})

t.test('a write with If-Match is not repeated after a lost answer: the version it asks for may be gone by its own doing', async (t) => {
  const sent: Array<(client: Client, options?: WriteOptions) => Promise<unknown>> = [
    (client, options) => client.persons.replace('1', { name: 'Grace' }, options),
    (client, options) => client.persons.remove('1', options)
  ]
  for (const send of sent) {
    const { client, watched } = await scripted([lost, fine])
    await t.rejects(send(client, { ifMatch: 1 }), { code: 'network_error' })
    t.equal(watched.asked.length, 1, watched.asked.join())
    const refused = await scripted([busy, fine])
    await t.resolves(send(refused.client, { ifMatch: 1 }), 'a busy service has done nothing')
    const blind = await scripted([lost, fine])
    await t.resolves(send(blind.client), 'without If-Match the second one does what the first one did')
  }
})

t.test('a log-in is never tried again: each try counts', async (t) => {
  const { client, watched } = await scripted([() => problem(429, 'too_many_attempts', { 'retry-after': '1' })])
  await t.rejects(client.login({ email: 'a@example.com', password: 'x' }), { code: 'too_many_attempts', status: 429, retryAfter: 1 })
  t.equal(watched.asked.length, 1)
})

t.test('tries are bounded, in number and in the time that Retry-After may ask for', async (t) => {
  const often = await scripted([busy])
  await t.rejects(often.client.persons.list(), { code: 'busy' })
  t.equal(often.watched.asked.length, 3)
  const long = await scripted([() => problem(503, 'busy', { 'retry-after': '60' })])
  await t.rejects(long.client.persons.list(), { code: 'busy', retryAfter: 60 })
  t.equal(long.watched.asked.length, 1)
})

t.test('Retry-After may be a date, or nothing that can be read', async (t) => {
  const date = await scripted([() => problem(503, 'busy', { 'retry-after': new Date(Date.now() + 100_000).toUTCString() })])
  const error = await date.client.persons.list().catch((error: unknown) => error as { retryAfter: number })
  t.ok('retryAfter' in error && error.retryAfter > 90 && error.retryAfter <= 100)
  const odd = await scripted([() => problem(503, 'busy', { 'retry-after': 'soon' })], { retries: 0 })
  await t.rejects(odd.client.persons.list(), { code: 'busy' })
})

t.test('an error says what the service said', async (t) => {
  const { client } = await scripted([() => problem(404, 'not_found')])
  await t.rejects(client.persons.get('x/y'), { name: 'GatehouseError', message: 'No.', code: 'not_found', status: 404, errors: [], requestId: 'r', retryAfter: undefined })
  const page = await scripted([() => new Response('<h1>Hello</h1>', { status: 404 })])
  await t.rejects(page.client.persons.list(), { code: 'unexpected_answer', status: 404, message: 'unexpected_answer' })
  const hotel = await scripted([() => new Response('<h1>Welcome</h1>')])
  await t.rejects(hotel.client.persons.list(), { code: 'unexpected_answer', status: 200 })
  t.equal(hotel.watched.asked.length, 1)
  const gone = await scripted([lost], { retries: 0 })
  await t.rejects(gone.client.persons.list(), { code: 'network_error', status: 0, cause: { message: 'socket hang up' } })
})

t.test('ids are put into addresses safely, and empty members of a query are left out', async (t) => {
  const { client, watched } = await scripted([fine])
  await client.persons.get('../users?x#y')
  t.same(watched.asked, ['GET /persons/..%2Fusers%3Fx%23y'])
  let address = ''
  const own = createClient({ baseUrl: 'http://service.example/auth/', fetch: async (input) => { address = String(input); return Response.json(tokens) } })
  await own.login({ email: 'a@example.com', password: 'x' })
  await own.persons.list({ q: '', limit: 5 })
  t.equal(address, 'http://service.example/auth/persons?limit=5')
})

/** Notes what each try is given, of 4 s or 20 s (others in this process have timers as well), and ends those of 4 s at once. */
function hurried (t: Test): number[] {
  const given: number[] = []
  const start = setTimeout
  t.teardown(() => { Object.assign(globalThis, { setTimeout: start }) })
  Object.assign(globalThis, {
    setTimeout (act: () => void, milliseconds: number) {
      if ([4000, 20_000].includes(milliseconds)) given.push(milliseconds)
      return start(act, milliseconds === 4000 ? 0 : milliseconds)
    }
  })
  return given
}

const silence = (init: RequestInit) => new Promise<Response>((_resolve, reject) => { init.signal?.addEventListener('abort', () => { reject(init.signal?.reason as Error) }) })

for (const retries of [2, 5]) {
  t.test(`a refresh on a slow line: short tries as long as another one may follow within the grace, and time for the last: ${retries} retries`, async (t) => {
    const { client, watched } = await scripted([], { retries })
    const given = hurried(t)
    watched.instead = (what, init) => {
      if (what !== 'POST /refresh') return watched.count(what) === 1 ? problem(401, 'invalid_token') : fine()
      return watched.count(what) < 3 ? silence(init) : Response.json({ ...tokens, accessToken: `y.${btoa('{"sid":"s"}')}.y` })
    }
    await t.resolves(client.persons.list())
    t.same(given, [4000, 4000, 20_000])
  })
}

t.test('a log-out that nobody answers ends, and signs out; the caller can end it sooner', async (t) => {
  const { client, watched } = await scripted([], { retries: 1 })
  const given = hurried(t)
  watched.instead = (_what, init) => silence(init)
  await t.rejects(client.logout(), { code: 'network_error' })
  t.same(given, [4000, 4000])
  t.notOk(client.signedIn)
  const asking = await scripted([])
  const patience = new AbortController()
  asking.watched.instead = (_what, init) => {
    setImmediate(() => { patience.abort(new Error('enough')) })
    return silence(init)
  }
  await t.rejects(asking.client.logout({ signal: patience.signal }), { message: 'enough' })
  t.notOk(asking.client.signedIn)
})

t.test('abort: before the call, during it, while it waits to try again, and while it waits for a refresh', async (t) => {
  const before = await scripted([fine])
  await t.rejects(before.client.persons.list({}, { signal: AbortSignal.abort() }), { name: 'AbortError' })

  const during = new AbortController()
  const hanging = createClient({ baseUrl: 'http://service.example', fetch: async (_input, init) => await new Promise((_resolve, reject) => { init?.signal?.addEventListener('abort', () => { reject(init.signal?.reason as Error) }) }) })
  setTimeout(() => { during.abort(new Error('enough')) }, 20)
  await t.rejects(hanging.login({ email: 'a@example.com', password: 'x' }, { signal: during.signal }), { message: 'enough' })

  const waiting = await scripted([() => problem(503, 'busy', { 'retry-after': '9' })])
  const started = performance.now()
  await t.rejects(waiting.client.persons.list({}, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' })
  t.ok(performance.now() - started < 8000)

  let answer = (_response: Response): void => undefined
  const refreshing = await scripted([() => problem(401, 'invalid_token'), () => new Promise((resolve) => { answer = resolve }), fine])
  const aborted = refreshing.client.persons.list({}, { signal: AbortSignal.timeout(50) })
  await t.rejects(aborted, { name: 'TimeoutError' })
  const patient = refreshing.client.persons.list()
  answer(Response.json({ ...tokens, accessToken: `y.${btoa('{"sid":"s"}')}.y` }))
  await t.resolves(patient, 'the refresh went on for who still waits')
})
