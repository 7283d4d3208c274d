// Tabs: clients of one storage refresh one at a time, hand each other the tokens, and sign out together.
import t from 'tap'
import { memoryStorage, type TokenStorage } from '../../client/src/index.js'
import { leastOfThree, timed } from '../helpers/until.js'
import { createService, password, problem, register } from './support.js'

const { baseUrl, clock, clientOf } = await createService(t)
const expired = 11 * 60
const surroundings = globalThis as unknown as Record<string, unknown>
let tab = 0

/** A storage as localStorage is one: what has its name is one thing. */
function shared (): TokenStorage { return { ...memoryStorage(), name: `test ${process.pid} ${tab += 1}` } }
async function until (check: () => boolean): Promise<void> {
  for (let waited = 0; !check(); waited += 5) {
    if (waited > 60_000) throw new Error('waited for a minute')
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
}

/** Puts something into the surroundings until the test ends. */
function surround (t: { teardown (back: () => void): void }, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name)
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  t.teardown(() => { if (before === undefined) Reflect.deleteProperty(surroundings, name); else Object.defineProperty(globalThis, name, before) })
}

t.test('what one tab signs in to, the others are signed in to, with its token', async () => {
  const storage = shared()
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  let heard = 0
  two.client.onSignedIn(() => { heard += 1 })
  const { email } = await register(one.client)
  await until(() => heard === 1)
  t.match(await two.client.profile.get(), { email })
  t.same(two.watched.asked, ['GET /profile'])
})

t.test('a log-in is told of also where a token was kept that nobody has used yet', async (t) => {
  const storage = shared()
  storage.set('kept of old')
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  const heard: string[] = []
  one.client.onSignedIn(() => { heard.push('one') })
  two.client.onSignedIn(() => { heard.push('two') })
  await register(one.client)
  await until(() => heard.length === 2)
  t.same(heard, ['one', 'two'])
  clock.advance(expired)
  await two.client.profile.get()
  await one.client.profile.get()
  t.equal(heard.length, 2, 'a refresh is none')
})

t.test('two tabs that need new tokens at once make one refresh', async (t) => {
  const storage = shared()
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  await register(one.client)
  await until(() => two.client.signedIn)
  clock.advance(expired)
  await Promise.all([...Array.from({ length: 10 }, () => one.client.profile.get()), ...Array.from({ length: 10 }, () => two.client.profile.get())])
  t.equal(one.watched.count('POST /refresh') + two.watched.count('POST /refresh'), 1)
})

t.test('one tab alone waits for nobody', async (t) => {
  const { client } = clientOf({ storage: shared() })
  await register(client)
  const took = await leastOfThree(900, async () => {
    clock.advance(expired)
    return await timed(() => client.profile.get())
  })
  t.ok(took < 900, `${Math.round(took)} ms`)
})

for (const [delay, refreshes] of [[400, 1], [Infinity, 2]] as const) {
  t.test(`a tab that sees another's token waits for word of it, but not for ever: told after ${delay} ms`, async (t) => {
    let isLate = false
    const Channel = BroadcastChannel
    const storage = shared()
    const one = clientOf({ storage })
    surround(t, 'BroadcastChannel', class {
      readonly #channel = new Channel(storage.name ?? '')
      set onmessage (listener: (message: unknown) => void) {
        this.#channel.onmessage = (message) => { if (!isLate) listener(message); else if (delay !== Infinity) setTimeout(listener, delay, message) }
      }
      postMessage (message: unknown): void { this.#channel.postMessage(message) }
      close (): void { this.#channel.close() }
    })
    const late = clientOf({ storage })
    await register(one.client)
    await until(() => late.client.signedIn)
    isLate = true
    clock.advance(expired)
    await one.client.profile.get()
    await late.client.profile.get()
    t.equal(one.watched.count('POST /refresh') + late.watched.count('POST /refresh'), refreshes)
  })
}

t.test('word of new tokens may come before the storage shows them, as in browsers: the next refresh waits for nothing', async (t) => {
  const storage = shared()
  let before: string | null = null
  let isBehind = false
  const one = clientOf({ storage })
  const two = clientOf({ storage: { ...storage, get: () => isBehind ? before : storage.get() } })
  two.client.onSignedIn(() => { isBehind = false })
  const { email } = await register(one.client)
  await until(() => two.client.signedIn)
  const took = await leastOfThree(900, async () => {
    before = storage.get()
    isBehind = true
    await one.client.login({ email, password })
    await until(() => !isBehind)
    clock.advance(expired)
    return await timed(() => two.client.profile.get())
  })
  t.ok(took < 900, `${Math.round(took)} ms`)
})

t.test('so it is with Web Locks', async (t) => {
  let held = Promise.resolve()
  const asked: string[] = []
  surround(t, 'navigator', {
    locks: {
      async request (name: string, _options: unknown, task: () => Promise<void>) {
        asked.push(name)
        const mine = held.then(task)
        held = mine.catch(() => undefined)
        await mine
      }
    }
  })
  const storage = shared()
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  await register(one.client)
  await until(() => two.client.signedIn)
  clock.advance(expired)
  await Promise.all([one.client.profile.get(), two.client.profile.get()])
  t.equal(one.watched.count('POST /refresh') + two.watched.count('POST /refresh'), 1)
  t.same(asked, [storage.name, storage.name])
  clock.advance(expired)
  const { watched } = one
  const before = watched.count('POST /refresh')
  watched.instead = (what) => what === 'POST /refresh' ? problem(503, 'busy', { 'retry-after': '60' }) : undefined
  await t.rejects(one.client.profile.get(), { code: 'busy' })
  t.equal(watched.count('POST /refresh'), before + 1, 'what fails with the lock is not done once more without it')
})

t.test('a tab that stands still while it has the lock does not hold up the others for ever', async (t) => {
  surround(t, 'navigator', {
    locks: {
      request: (_name: string, { signal }: { signal: AbortSignal }) => new Promise((_resolve, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error) }) })
    }
  })
  const start = setTimeout
  let given = 0
  surround(t, 'setTimeout', (act: () => void, milliseconds: number) => {
    if (milliseconds === 35_000) given += 1
    return start(act, milliseconds === 35_000 ? 0 : milliseconds)
  })
  const { client, watched } = clientOf({ storage: shared() })
  const { email } = await register(client)
  clock.advance(expired)
  t.match(await client.profile.get(), { email })
  t.equal(watched.count('POST /refresh'), 1)
  t.equal(given, 1, 'after a time that is longer than a refresh takes')
})

t.test('without channel and locks, clients of one storage refresh one after the other, each with the token of the one before', async (t) => {
  const storage = memoryStorage()
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  const { email } = await register(one.client)
  clock.advance(expired)
  await Promise.all([one.client.profile.get(), two.client.profile.get()])
  clock.advance(expired)
  t.match(await Promise.all([one.client.profile.get(), two.client.profile.get()]), [{ email }, { email }])
})

/** Two clients with one token and nothing else in common, as in two processes. */
async function apart () {
  let kept: string | null = null
  const storage = (): TokenStorage => ({ get: () => kept, set (token) { kept = token } })
  const one = clientOf({ storage: storage() })
  return { one, two: clientOf({ storage: storage(), retries: 0 }), ...await register(one.client) }
}

for (const [state, isNew] of [['just begun', true], ['an old token', false]] as const) {
  t.test(`without a lock in common, who refreshes at the same time has the same successor, and goes on with it: ${state}`, async (t) => {
    const { one, two, email } = await apart()
    if (!isNew) await two.client.profile.get()
    clock.advance(expired)
    two.watched.instead = (what, init) => what === 'POST /refresh' ? fetch(`${baseUrl}/refresh`, init).finally(async () => { await one.client.profile.get() }) : undefined
    t.match(await two.client.profile.get(), { email })
    two.watched.instead = undefined
    clock.advance(expired)
    t.match([await one.client.profile.get(), await two.client.profile.get()], [{ email }, { email }])
    t.same([one.watched.count('POST /refresh'), two.watched.count('POST /refresh')], [2, isNew ? 2 : 3])
  })
}

for (const [name, trouble] of Object.entries({ busy: () => problem(503, 'busy', { 'retry-after': '0.1' }), lost: () => { throw new TypeError('lost') } })) {
  t.test(`without a lock in common, who has to repeat a refresh sees that another one was quicker, and does not use the old token again: ${name}`, async (t) => {
    const { one, two, email } = await apart()
    clock.advance(expired)
    one.watched.instead = (what) => what !== 'POST /refresh' || one.watched.count(what) > 1 ? undefined : two.client.profile.get().then(() => {
      clock.advance(20)
      return trouble()
    })
    t.match(await one.client.profile.get(), { email })
    t.equal(one.watched.count('POST /refresh'), 2)
    t.match(await two.client.profile.get(), { email })
  })
}

t.test('a log-in elsewhere that nobody was told of, while this one refreshes: it goes on with that one', async (t) => {
  const { one, two, email } = await apart()
  two.watched.instead = (what, init) => what === 'POST /refresh' && two.watched.count(what) === 1 ? fetch(`${baseUrl}/refresh`, init).finally(async () => { await one.client.login({ email, password }) }) : undefined
  t.match(await two.client.profile.get(), { email })
  const current = (list: Array<{ id: string, current: boolean }>): unknown => list.find((session) => session.current)?.id
  t.equal(current(await two.client.sessions.list()), current(await one.client.sessions.list()))
})

t.test('a tab that logs out takes the others along', async (t) => {
  const storage = shared()
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  let reason = ''
  two.client.onSignedOut((why) => { reason = why })
  await register(one.client)
  await until(() => two.client.signedIn)
  await one.client.logout()
  await until(() => reason === 'logged_out')
  t.notOk(two.client.signedIn)
})

for (const isRefused of [true, false]) {
  t.test(`a log-out that takes long ends its own session, not one that was begun in another tab meanwhile: its answer is ${isRefused ? 'that it has gone' : 'lost'}`, async (t) => {
    const storage = shared()
    const [one, two] = [clientOf({ storage, retries: 0 }), clientOf({ storage })]
    await register(one.client)
    await until(() => two.client.signedIn)
    const { email } = await register(clientOf().client)
    one.watched.instead = (what, init) => what !== 'POST /logout' || one.watched.count(what) > 1 ? undefined : (async () => {
      let begun = 0
      one.client.onSignedIn(() => { begun += 1 })
      await two.client.logout()
      await two.client.login({ email, password })
      await until(() => begun === 1)
      if (!isRefused) throw new TypeError('lost')
      return await fetch(`${baseUrl}/logout`, init)
    })()
    await one.client.logout().catch(() => undefined)
    t.ok(one.client.signedIn)
    t.match(await two.client.profile.get(), { email })
    t.match(await one.client.profile.get(), { email })
    t.not(storage.get(), null)
    t.equal(two.watched.count('POST /refresh'), 0, 'and the service has it as it was')
  })
}

t.test('so does one that learns that the session was ended', async (t) => {
  const storage = shared()
  const [one, two] = [clientOf({ storage }), clientOf({ storage })]
  const { email } = await register(one.client)
  await until(() => two.client.signedIn)
  const elsewhere = clientOf().client
  await elsewhere.login({ email, password })
  await elsewhere.sessions.endOthers()
  await t.rejects(one.client.profile.get(), { code: 'unauthorized' })
  await until(() => !two.client.signedIn)
})

t.test('tokens that come late, of the session that was just ended, are not taken; those of another are', async (t) => {
  const storage = shared()
  const { client } = clientOf({ storage })
  await register(client)
  const own = (await client.sessions.list()).find(({ current }) => current)?.id
  await client.logout()
  const channel = new BroadcastChannel(storage.name ?? '')
  t.teardown(() => { channel.close() })
  const access = { token: 'x', staleAt: Date.now() + 1e6, diesAt: Date.now() + 1e6 }
  // Another one may say so too.
  channel.postMessage({ ended: own, reason: 'logged_out' })
  channel.postMessage({ access: { ...access, sessionId: own } })
  await new Promise((resolve) => { setTimeout(resolve, 100) })
  t.notOk(client.signedIn)
  channel.postMessage({ access: { ...access, sessionId: 'another' } })
  await until(() => client.signedIn)
  channel.postMessage({ ended: own, reason: 'logged_out' })
  await new Promise((resolve) => { setTimeout(resolve, 100) })
  t.ok(client.signedIn, 'nor is the end of another session its own')
})

t.test('a log-out in another tab while this one refreshes has the last word, also over tokens that come late', async (t) => {
  const storage = shared()
  const { client, watched } = clientOf({ storage })
  await register(client)
  const own = (await client.sessions.list()).find(({ current }) => current)?.id
  const channel = new BroadcastChannel(storage.name ?? '')
  t.teardown(() => { channel.close() })
  clock.advance(expired)
  watched.instead = (what, init) => what !== 'POST /refresh' ? undefined : fetch(`${baseUrl}/refresh`, init).finally(async () => {
    storage.set(null)
    channel.postMessage({ ended: own, reason: 'logged_out' })
    await until(() => !client.signedIn)
  })
  await t.rejects(client.profile.get(), { code: 'unauthorized' })
  await new Promise((resolve) => { setTimeout(resolve, 50) })
  t.equal(storage.get(), null, 'the new tokens are not kept')
  channel.postMessage({ access: { token: 'x', sessionId: own, staleAt: Date.now() + 1e6, diesAt: Date.now() + 1e6 } })
  await new Promise((resolve) => { setTimeout(resolve, 100) })
  t.notOk(client.signedIn)
})

t.test('a closed client tells nobody any more, and works all the same: what is under way, and a log-out', async (t) => {
  const storage = shared()
  const { client } = clientOf({ storage })
  const { email } = await register(client)
  clock.advance(expired)
  const under = client.profile.get()
  client.close()
  t.match(await under, { email })
  await client.logout()
  t.notOk(client.signedIn)
  t.equal(storage.get(), null)
})

t.test('localStorage keeps the refresh token, and no more', async (t) => {
  const kept = new Map<string, string>()
  surround(t, 'localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => { kept.set(key, value) }, removeItem: (key: string) => { kept.delete(key) } })
  const { client } = clientOf()
  await register(client)
  t.equal(kept.size, 1)
  t.notMatch([...kept.values()][0], /\./, 'not the access token')
  t.ok(clientOf().client.signedIn, 'a reload goes on')
  await client.logout()
  t.equal(kept.size, 0)
})

t.test('where localStorage is blocked, memory does', async (t) => {
  surround(t, 'localStorage', { setItem () { throw new Error('blocked') } })
  const { client } = clientOf()
  await register(client)
  t.ok(await client.profile.get())
  t.notOk(clientOf().client.signedIn)
})

t.test('a tab that comes to the front asks whether its session lives, unless it is told not to', async (t) => {
  const listeners = new Set<() => void>()
  const document = { visibilityState: 'visible', addEventListener (_type: string, listener: () => void) { listeners.add(listener) }, removeEventListener (_type: string, listener: () => void) { listeners.delete(listener) } }
  surround(t, 'document', document)
  const { client, watched } = clientOf()
  const show = (): void => { for (const listener of listeners) listener() }
  show()
  t.same(watched.asked, [], 'nobody is signed in')
  await register(client)
  document.visibilityState = 'hidden'
  show()
  t.equal(watched.count('GET /profile'), 0)
  document.visibilityState = 'visible'
  watched.instead = (what) => what === 'GET /profile' ? problem(401, 'invalid_token') : what === 'POST /refresh' ? problem(401, 'session_revoked') : undefined
  show()
  await until(() => !client.signedIn)
  client.close()
  t.equal(listeners.size, 0)
  clientOf({ checkWhenVisible: false })
  t.equal(listeners.size, 0)
})

t.test('a storage that was emptied is a log-out, also where nobody is told', async (t) => {
  const storage = memoryStorage()
  const { client, watched } = clientOf({ storage })
  await register(client)
  storage.set(null)
  clock.advance(expired)
  await t.rejects(client.profile.get(), { code: 'unauthorized' })
  t.notOk(client.signedIn)
  t.equal(watched.count('POST /refresh'), 0)
})
