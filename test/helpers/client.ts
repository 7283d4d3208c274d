// A client for tests: short words for what clients do, every answer held against the OpenAPI document.
import type { FastifyInstance } from 'fastify'
import type { Role } from '../../src/stores/stores.js'
import { type ApiDocument, judgeOf, judgeOfApp, type Judge } from './document.js'
import type { Headers, Send } from './transports.js'

export interface RequestOptions {
  token?: string | undefined
  /** Sent as application/json. */
  json?: unknown
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>
  /** Sent as it is; give the content type in `headers`. */
  body?: string | Buffer
  headers?: Record<string, string>
}

export type Body = Record<string, unknown>
export interface Answer { status: number, headers: Headers, text: string, body: Body, code: unknown }

/** An account that a test made, with the tokens of its log-in. */
export interface Member { id: string, email: string, password: string, accessToken: string, refreshToken: string, sessionId: string, user: Body }

export interface Client {
  request (method: string, url: string, options?: RequestOptions): Promise<Answer>
  get (url: string, options?: RequestOptions): Promise<Answer>
  post (url: string, options?: RequestOptions): Promise<Answer>
  put (url: string, options?: RequestOptions): Promise<Answer>
  patch (url: string, options?: RequestOptions): Promise<Answer>
  delete (url: string, options?: RequestOptions): Promise<Answer>
  /** Registers an account that differs from every other. Throws unless it is made. */
  register (body?: Body): Promise<Member>
  /** Logs in again. Throws unless it succeeds. */
  login (member: Pick<Member, 'email' | 'password'>): Promise<Member>
  /** Gives a role through the store, as an operator does, and logs in again. Only where the app is in this process. */
  promote (member: Member, role: Role): Promise<Member>
  /** A new account of this role, logged in. */
  member (role?: Role): Promise<Member>
  /** The same client with this one's token on every request. */
  as (member: Pick<Member, 'accessToken'>): Client
}

export interface ClientOptions {
  /** For `promote` and for the document; left out where the service runs in another process. */
  app?: FastifyInstance
  document?: ApiDocument
  send: Send
}

export const password = 'a fine password of the tests'
let made = 0

export function createClient ({ app, document, send }: ClientOptions): Client {
  const judge = app === undefined ? judgeOf(document as ApiDocument) : judgeOfApp(app)
  return clientWith({ app, send, judge, token: undefined })
}

interface Wiring { app: FastifyInstance | undefined, send: Send, judge: Judge, token: string | undefined }

function clientWith (wiring: Wiring): Client {
  const { app, send, judge } = wiring

  async function request (method: string, url: string, options: RequestOptions = {}): Promise<Answer> {
    const { headers, body } = encode(options, wiring.token)
    const ask = { method, url, headers, body }
    const reply = await send(ask)
    judge(ask, reply)
    const parsed = /json/.test(String(reply.headers['content-type'])) && reply.text !== '' ? JSON.parse(reply.text) as Body : {}
    return { ...reply, body: parsed, code: parsed.code }
  }

  async function signedIn (url: string, json: Body, status: number): Promise<Member> {
    const answer = await request('POST', url, { json })
    if (answer.status !== status) throw new Error(`${url} answered ${answer.status}: ${answer.text}`)
    const { user, accessToken, refreshToken } = answer.body as { user: { id: string }, accessToken: string, refreshToken: string }
    const sessionId = String(claimsOf(accessToken).sid)
    return { id: user.id, email: String(json.email), password: String(json.password), accessToken, refreshToken, sessionId, user }
  }

  const client: Client = {
    request,
    get: (url, options) => request('GET', url, options),
    post: (url, options) => request('POST', url, options),
    put: (url, options) => request('PUT', url, options),
    patch: (url, options) => request('PATCH', url, options),
    delete: (url, options) => request('DELETE', url, options),
    register: (body = {}) => signedIn('/register', { email: `member${process.pid}-${made += 1}@example.com`, password, ...body }, 201),
    login: ({ email, password }) => signedIn('/login', { email, password }, 200),
    async promote (member, role) {
      if (app === undefined) throw new Error('promote needs the app in this process.')
      await app.stores.users.update(member.id, { role }, app.clock())
      return await client.login(member)
    },
    async member (role = 'client') {
      const member = await client.register()
      return role === 'client' ? member : await client.promote(member, role)
    },
    as: ({ accessToken }) => clientWith({ ...wiring, token: accessToken })
  }
  return client
}

function encode ({ token, json, form, body, headers = {} }: RequestOptions, ownToken: string | undefined) {
  const bearer = token ?? ownToken
  const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  if (json !== undefined) return { headers: { 'content-type': 'application/json', ...authorization, ...headers }, body: JSON.stringify(json) }
  if (form !== undefined) return { headers: { 'content-type': 'application/x-www-form-urlencoded', ...authorization, ...headers }, body: new URLSearchParams(form).toString() }
  return { headers: { ...authorization, ...headers }, body }
}

/** What an access token says, unverified. */
export function claimsOf (token: string): Body {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Body
}
