// For tests of the dialects: tables of recorded exchanges, imported accounts, and what holds for the tokens of every dialect.
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { userFromRow } from '../../../src/imports/user-rows.js'
import type { Role } from '../../../src/stores/stores.js'
import { createTestApp, type TestApp } from '../../helpers/app.js'
import { claimsOf } from '../../helpers/client.js'
import type { ApiDocument } from '../../helpers/document.js'
import { overInject, type Reply } from '../../helpers/transports.js'

/** A request as the old client sends it, and the answer as it reads it. */
export interface Exchange {
  /** A sentence. */
  name: string
  method?: string
  url: string
  json?: unknown
  form?: Record<string, string>
  /** Sent as it is. */
  raw?: string
  headers?: Record<string, string>
  status: number
  /** Media type of the answer; JSON unless said. */
  type?: string
  /** The whole answer: no member more. Texts are compared, patterns matched. */
  answer: string | RegExp | object
}

export const json = 'application/json; charset=utf-8'
/** What a dialect says to a body of another type. */
export const typesTaken = 'This operation takes application/json or application/x-www-form-urlencoded.'

export async function createDialectApp (t: Test, dialects: string, options: Parameters<typeof createTestApp>[1] = {}): Promise<TestApp> {
  return await createTestApp(t, { ...options, environment: { ...options.environment, DIALECTS: dialects } })
}

export async function exchange (app: FastifyInstance, { method, url, json, form, raw, headers = {} }: Pick<Exchange, 'method' | 'url' | 'json' | 'form' | 'raw' | 'headers'>): Promise<Reply> {
  const type = json !== undefined ? 'application/json' : form !== undefined ? 'application/x-www-form-urlencoded' : undefined
  const body = raw ?? (json !== undefined ? JSON.stringify(json) : form !== undefined ? new URLSearchParams(form).toString() : undefined)
  return await overInject(app)({ method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers: { ...(type !== undefined && { 'content-type': type }), ...headers }, body })
}

export function runExchanges (t: Test, app: FastifyInstance, exchanges: readonly Exchange[]): void {
  const document = app.swagger() as unknown as ApiDocument
  for (const expected of exchanges) {
    t.test(expected.name, async (t) => {
      const reply = await exchange(app, expected)
      t.equal(reply.status, expected.status, reply.text)
      t.equal(reply.headers['content-type'], expected.type ?? json)
      const answer = expected.type === undefined ? JSON.parse(reply.text) as object : reply.text
      t.match(answer, expected.answer)
      if (typeof answer === 'object' && !Array.isArray(answer)) t.same(Object.keys(answer).sort(), Object.keys(expected.answer).sort(), 'no member more')
      t.notMatch(reply.text, /\$argon2|\$2b\$|stack|node_modules/)
      if (reply.status === 401) t.match(reply.headers['www-authenticate'], /^Bearer/)
      checkDocument(t, document, expected, reply)
    })
  }
}

/** The document has this answer of this operation. */
function checkDocument (t: Test, document: ApiDocument, { method, url, json, form, raw }: Exchange, reply: Reply): void {
  const verb = (method ?? (json ?? form ?? raw) === undefined ? 'get' : 'post').toLowerCase()
  const operation = document.paths[url]?.[verb]
  // Refused before there was an operation.
  if (operation === undefined || reply.status === 404 || reply.status === 405) return
  t.match(operation.tags?.[0], /^dialect: [a-z]+$/)
  const media = operation.responses[reply.status]?.content?.[String(reply.headers['content-type']).split(';')[0] ?? '']
  t.ok(media, `${reply.status} is documented`)
  const ajv = new Ajv2020({ strict: false })
  const value: unknown = reply.headers['content-type']?.includes('json') === true ? JSON.parse(reply.text) : reply.text
  t.ok(ajv.validate(media?.schema ?? false, value), ajv.errorsText())
}

/** Brings in a row of an old collection, as `gatehouse user import` does. Answers the id. */
export async function importUser ({ stores, services, clock }: FastifyInstance, row: Record<string, unknown>, plainPasswords = false): Promise<string> {
  const { user, secret, reasons } = userFromRow(row, new Map(), { plainPasswords, withoutPasswords: false, now: clock() })
  if (reasons !== undefined) throw new Error(reasons.join(' '))
  const passwordHash = secret.kind === 'hash' ? secret.hash : secret.kind === 'plain' ? await services.hasher.hash(secret.password) : null
  const [outcome] = await stores.users.insertMany([{ user, passwordHash }])
  if (outcome !== 'inserted') throw new Error(outcome)
  return user.id
}

export async function setRole (app: FastifyInstance, id: string, role: Role): Promise<void> {
  await app.stores.users.update(id, { role }, app.clock())
}

export async function disable (app: FastifyInstance, name: { email: string } | { username: string }): Promise<void> {
  const user = await app.stores.users.find(name)
  await app.stores.users.update(String(user?.id), { disabled: true }, app.clock())
}

export interface TokenRules {
  test: TestApp
  /** Logs in as a new account each time and answers the token, without a scheme. */
  logIn: () => Promise<string>
  /** Asks the protected route. */
  ask: (token: string) => Promise<Reply>
  passes: number
  refuses: number
  lifeSeconds: number
}

/** What holds for the tokens of every dialect. */
export function checkTokens (t: Test, { test: { app, client, clock }, logIn, ask, passes, refuses, lifeSeconds }: TokenRules): void {
  t.test('a token lives as long as the old server\'s, and its session as long as the token', async (t) => {
    const token = await logIn()
    const { exp, iat, sid } = claimsOf(token)
    t.equal(Number(exp) - Number(iat), lifeSeconds)
    const session = await app.stores.sessions.find(String(sid))
    t.equal(Number(session?.expiresAt) - Number(session?.createdAt), lifeSeconds * 1000)
    t.equal(Number(session?.maxExpiresAt), Number(session?.expiresAt))
  })

  t.test('it passes at the main API too, where its session is listed and can be ended: then it counts nowhere', async (t) => {
    const token = await logIn()
    const { body: { items } } = await client.get('/sessions', { token })
    t.match(items, [{ id: claimsOf(token).sid, current: true }])
    t.equal((await ask(token)).status, passes)
    t.equal((await client.delete(`/sessions/${String(claimsOf(token).sid)}`, { token })).status, 204)
    t.equal((await ask(token)).status, refuses)
    t.equal((await client.get('/profile', { token })).status, 401)
  })

  t.test('POST /logout of the main API ends it', async (t) => {
    const token = await logIn()
    t.equal((await client.post('/logout', { token })).status, 204)
    t.equal((await ask(token)).status, refuses)
  })

  t.test('a disabled account\'s token counts no more, and neither does one whose account has gone', async (t) => {
    const [first, second] = [await logIn(), await logIn()]
    await app.services.administration.changeUser(String(claimsOf(first).sub), { disabled: true }, { actorId: 'an admin', device: { ip: null, userAgent: null } })
    await app.services.administration.removeUser(String(claimsOf(second).sub), { actorId: 'an admin', device: { ip: null, userAgent: null } })
    t.equal((await ask(first)).status, refuses)
    t.equal((await ask(second)).status, refuses)
  })

  t.test('it still counts in its last second, and not after', async (t) => {
    const token = await logIn()
    clock.advance(lifeSeconds - 1)
    t.equal((await ask(token)).status, passes)
    clock.advance(1)
    t.equal((await ask(token)).status, refuses)
  })
}

/** Unknown name and wrong password: the same answer to the letter. */
export async function checkAlike (t: Test, app: FastifyInstance, unknown: Pick<Exchange, 'url' | 'json'>, wrong: Pick<Exchange, 'url' | 'json'>): Promise<void> {
  const [first, second] = [await exchange(app, unknown), await exchange(app, wrong)]
  t.equal(first.text, second.text)
  t.equal(first.status, second.status)
  t.same(Object.keys(first.headers).sort(), Object.keys(second.headers).sort())
}
