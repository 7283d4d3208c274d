// The client: a function for each operation of the API, over one session.
import type {
  AuditEntry, ListAuditQuery, ListPersonsQuery, ListUsersQuery, Login, PasswordChange, Person, PersonBody,
  PersonPatch, ProfilePatch, Registration, Session, SessionList, SignedIn, User, UserForAdmin, UserPatch
} from './api-types.js'
import { GatehouseError } from './error.js'
import { createSession, type EndReason } from './session.js'
import { localTokenStorage, type TokenStorage } from './storage.js'
import { abortable, surroundings } from './surroundings.js'
import { type Ask, type CallOptions, createTransport } from './transport.js'

export interface ClientOptions {
  /** Where the service is; left out in browsers, where the page came from. */
  baseUrl?: string
  fetch?: typeof fetch
  /** Where the refresh token is kept: localStorage where there is one, else memory. */
  storage?: TokenStorage
  /** Seconds before the end of an access token at which it is replaced. */
  skew?: number
  /** How often a call that 429, 503 or the network has stopped is tried again. */
  retries?: number
  /** A Retry-After of more seconds than this is not waited for: the call rejects at once. */
  maxRetryAfter?: number
  /** Ask, when a tab comes to the front, whether its session still lives. */
  checkWhenVisible?: boolean
}

/** Milliseconds for one try of a log-out: who waits for it in vain and closes the page would stay signed in. */
const logoutTimeout = 4000

/** A write that counts only if the thing still is as it was read: its `version`, or an ETag. */
export interface WriteOptions extends CallOptions { ifMatch?: number | string }

/** A page of a list. `total` only where the query asks for it; `totalIsMinimum` where there are more than that, or may be. A page with few items need not be the last: `nextCursor` tells. */
export interface Page<Item> { items: Item[], nextCursor: string | null, total?: number, totalIsMinimum?: boolean }

export type Client = ReturnType<typeof createClient>

export function createClient ({ baseUrl = '', storage = localTokenStorage(`gatehouse ${baseUrl}`), skew = 30, retries = 2, maxRetryAfter = 10, checkWhenVisible = true, ...options }: ClientOptions = {}) {
  const send = createTransport({ baseUrl, fetch: options.fetch ?? ((...ask) => fetch(...ask)), retries, maxRetryAfter })
  const signedInListeners = new Set<() => void>()
  const signedOutListeners = new Set<(reason: EndReason) => void>()
  const session = createSession({
    send,
    storage,
    skew,
    onSignedIn () { for (const listener of signedInListeners) heard(listener) },
    onSignedOut (reason) { for (const listener of signedOutListeners) heard(() => { listener(reason) }) }
  })

  /** Calls a listener. What it throws is reported as with the listeners of events; the session and whoever called go on. */
  function heard (listener: () => void): void {
    try {
      listener()
    } catch (error) {
      queueMicrotask(() => { throw error })
    }
  }

  /** A request with the access token; a refused one is replaced once, where `isBound` only by one of the same session. */
  async function call<T> (method: string, path: string, ask: Ask = {}, isBound = false): Promise<T> {
    const token = await abortable(session.token(), ask.signal)
    const { id } = session
    try {
      return await send<T>(method, path, { ...ask, token })
    } catch (error) {
      if (!(error instanceof GatehouseError && error.code === 'invalid_token')) throw error
      const next = await abortable(session.token(token), ask.signal)
      if (isBound && session.id !== id) throw error
      return await send<T>(method, path, { ...ask, token: next })
    }
  }

  /** Says that the session is over here, once the service has said so; not one that has begun meanwhile. */
  async function ending (work: Promise<unknown>): Promise<void> {
    const { id } = session
    await work
    session.end('logged_out', id)
  }

  /** Of work that ends this session: where its answer was lost, the repeat is told that the session has gone. */
  async function unlessOver (work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      if (!(error instanceof GatehouseError && error.status === 401)) throw error
    })
  }

  const get = <T>(path: string, { signal }: CallOptions = {}, query?: object): Promise<T> => call<T>('GET', path, { query, signal })
  const change = <T>(method: string, path: string, json: unknown, { signal, ifMatch }: WriteOptions = {}): Promise<T> => call<T>(method, path, { json, signal, ifMatch })
  /** What carries the account's password: the repeat of one that was done is a wrong guess, or another mail. */
  const once = <T = void>(method: string, path: string, json: unknown, { signal }: CallOptions = {}): Promise<T> =>
    call<T>(method, path, { json, signal, repeat: false })
  const open = <T = void>(path: string, json: unknown, { signal }: CallOptions = {}): Promise<T> => send<T>('POST', path, { json, signal, repeat: false })
  const at = (...segments: string[]): string => segments.map((segment) => `/${encodeURIComponent(segment)}`).join('')

  /** A list by pages, and as one sequence that fetches pages as it goes. */
  function listOf<Query extends { cursor?: string }, Item> (path: string) {
    const list = (query?: Query, options?: CallOptions): Promise<Page<Item>> => get<Page<Item>>(path, options, query)
    async function * all (query?: Query, options?: CallOptions): AsyncGenerator<Item, void> {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: Page<Item> = await list(cursor === undefined ? query : { ...query as Query, cursor }, options)
        yield * page.items
        cursor = page.nextCursor
      }
    }
    return { list, all }
  }

  function check (): void {
    if (surroundings.document?.visibilityState === 'visible' && session.signedIn) get('/profile').catch(() => undefined)
  }
  if (checkWhenVisible) surroundings.document?.addEventListener('visibilitychange', check)

  return {
    /** Whether there is a session, as far as this client knows. */
    get signedIn (): boolean { return session.signedIn },
    /** Calls back when a session begins, here or in another tab. Answers a function that stops it. */
    onSignedIn (listener: () => void): () => void {
      signedInListeners.add(listener)
      return () => { signedInListeners.delete(listener) }
    },
    /** Calls back when the session is over, wherever that was decided. Answers a function that stops it. */
    onSignedOut (listener: (reason: EndReason) => void): () => void {
      signedOutListeners.add(listener)
      return () => { signedOutListeners.delete(listener) }
    },

    /** Makes an account and signs in. Answers null where the address has to be verified first: a mail is on its way. */
    async register (body: Registration, options?: CallOptions): Promise<User | null> {
      const answer = await open<SignedIn & { status?: string }>('/register', body, options)
      // A gateway may have answered, with anything.
      if ((answer as typeof answer | null | undefined)?.status === 'verification_sent') return null
      session.keep(answer, true)
      return answer.user
    },
    async login (body: Login, options?: CallOptions): Promise<User> {
      const answer = await open<SignedIn>('/login', body, options)
      session.keep(answer, true)
      return answer.user
    },
    /** Ends the session. This device forgets it also when the service cannot be reached; the call rejects then. */
    async logout (options: CallOptions = {}): Promise<void> {
      const { id } = session
      try {
        if (session.signedIn) await unlessOver(call('POST', '/logout', { ...options, repeat: true, timeout: logoutTimeout }, true))
      } finally {
        session.end('logged_out', id)
      }
    },

    profile: {
      get: (options?: CallOptions): Promise<User> => get<User>('/profile', options),
      update: (patch: ProfilePatch, options?: CallOptions): Promise<User> => change<User>('PATCH', '/profile', patch, options),
      /** Deletes the account. */
      remove: (password: string, options?: CallOptions): Promise<void> => ending(once('DELETE', '/profile', { password }, options))
    },
    password: {
      /** Every other session ends. */
      change: (body: PasswordChange, options?: CallOptions): Promise<void> => once('PUT', '/profile/password', body, options),
      /** Asks for a mail with a link; resolves alike for known and unknown addresses. */
      forgot: async (email: string, options?: CallOptions): Promise<void> => { await open('/password/forgot', { email }, options) },
      /** Sets a password with the token of the mail. Every session ends. */
      reset: (token: string, password: string, options?: CallOptions): Promise<void> => open('/password/reset', { token, password }, options)
    },
    email: {
      /** Takes effect when the link in the mail to the new address is followed. */
      async change (email: string, password: string, options?: CallOptions): Promise<void> {
        await once('PUT', '/profile/email', { email, password }, options)
      },
      /** Confirms an address with the token of the mail. */
      verify: (token: string, options?: CallOptions): Promise<void> => open('/email/verify', { token }, options),
      /** Mails the link again. */
      sendVerification: async (options?: CallOptions): Promise<void> => { await call('POST', '/email/verification', { ...options, repeat: false }) }
    },
    persons: {
      ...listOf<ListPersonsQuery, Person>('/persons'),
      get: (id: string, options?: CallOptions): Promise<Person> => get<Person>(at('persons', id), options),
      create: (body: PersonBody, options?: CallOptions): Promise<Person> => change<Person>('POST', '/persons', body, options),
      replace: (id: string, body: PersonBody, options?: WriteOptions): Promise<Person> => change<Person>('PUT', at('persons', id), body, options),
      update: (id: string, patch: PersonPatch, options?: WriteOptions): Promise<Person> => change<Person>('PATCH', at('persons', id), patch, options),
      remove: (id: string, options?: WriteOptions): Promise<void> => change<undefined>('DELETE', at('persons', id), undefined, options)
    },
    sessions: {
      list: async (options?: CallOptions): Promise<Session[]> => (await get<SessionList>('/sessions', options)).items,
      /** Ends one; when it is this one, this client and the other tabs are signed out. */
      async end (id: string, options: CallOptions = {}): Promise<void> {
        // After a reload the first token tells which session is this one.
        await abortable(session.token(), options.signal)
        const work = change('DELETE', at('sessions', id), undefined, options)
        await (id === session.id ? ending(unlessOver(work)) : work)
      },
      /** Ends every session but this one. */
      endOthers: (options: CallOptions = {}): Promise<void> => call<undefined>('DELETE', '/sessions', { ...options, query: { keep: 'current' } }),
      /** Ends every session, this one too. */
      endAll: (options?: CallOptions): Promise<void> => ending(unlessOver(change('DELETE', '/sessions', undefined, options)))
    },
    /** For admins. */
    users: {
      ...listOf<ListUsersQuery, UserForAdmin>('/users'),
      get: (id: string, options?: CallOptions): Promise<UserForAdmin> => get<UserForAdmin>(at('users', id), options),
      update: (id: string, patch: UserPatch, options?: CallOptions): Promise<UserForAdmin> => change<UserForAdmin>('PATCH', at('users', id), patch, options),
      remove: (id: string, options?: CallOptions): Promise<void> => change<undefined>('DELETE', at('users', id), undefined, options),
      sessions: async (id: string, options?: CallOptions): Promise<Session[]> => (await get<SessionList>(at('users', id, 'sessions'), options)).items,
      endSessions: (id: string, options?: CallOptions): Promise<void> => change<undefined>('DELETE', at('users', id, 'sessions'), undefined, options),
      /** Mails the account's owner a link to choose a new password. */
      sendPasswordReset: async (id: string, options?: CallOptions): Promise<void> => { await call('POST', at('users', id, 'password-reset'), { ...options, repeat: false }) }
    },
    /** For admins: what happened, newest first. */
    audit: listOf<ListAuditQuery, AuditEntry>('/audit'),

    /** Lets go of channel and listeners; the session stays. */
    close (): void {
      surroundings.document?.removeEventListener('visibilitychange', check)
      session.close()
    }
  }
}

