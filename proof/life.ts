// The commands of the model-based run: each asks the service, asks the model, and compares. The service is the whole house in this
// process, with a clock that the commands move, on a store that outlives it. How soon a store answers is no part of it: MongoDB is waited for.
import { strictEqual } from 'node:assert'
import fc, { type AsyncCommand } from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../src/app.js'
import { loadConfig } from '../src/config.js'
import { newId } from '../src/ids.js'
import { type Answer, type Client, createClient, type Member, password } from '../test/helpers/client.js'
import { openPatiently } from '../test/helpers/database.js'
import { createTestClock, type TestClock } from '../test/helpers/clock.js'
import { overInject } from '../test/helpers/transports.js'
import * as model from './life-model.js'
import type { Model, Session } from './life-model.js'
import { during } from './scene.js'

interface Tokens { refresh: string[], access: string[] }

/** One life: its accounts have names that no other has. */
export interface Real { house: House, number: number, ids: Map<number, string>, tokens: Map<Session, Tokens> }

export type House = Awaited<ReturnType<typeof openHouse>>

async function openHouse (environment: Record<string, string>) {
  const loaded = loadConfig({ ...environment, TRUST_PROXY: '127.0.0.1/32', HASH_SLOTS: '2', EMAIL_VERIFICATION: 'off', SIGN_IN_MAIL: 'off' })
  // What a password costs is no part of this.
  const config = { ...loaded, argon2: { memoryKib: 1024, time: 1, parallelism: 1 } }
  const clock: TestClock = createTestClock()
  let app: FastifyInstance
  let closeStores = async (): Promise<void> => undefined
  let client: Client
  let asked = 0

  const makeAdmin = async (): Promise<Member> => await client.promote(await client.register(), 'admin')

  async function open (): Promise<void> {
    const patient = config.databaseUrl.startsWith('sqlite:') ? undefined : await openPatiently(config.databaseUrl)
    if (patient !== undefined) closeStores = patient.close
    app = await buildApp(config, { clock, ...(patient !== undefined && { stores: patient.stores }) })
    await app.ready()
    client = createClient({ app, send: overInject(app) })
    await during(20_000, async () => (await app.inject('/health/ready')).statusCode === 200, 'the service was not ready')
  }

  async function close (): Promise<void> {
    await app.close()
    await closeStores()
  }

  await open()
  const admin = await makeAdmin()
  return {
    clock,
    /** From an address of its own each time, so that the limits of one are not met. */
    async ask (method: string, url: string, json?: object, token?: string): Promise<Answer> {
      asked += 1
      const headers = { 'x-forwarded-for': `198.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}` }
      return await client.request(method, url, { headers, ...(json !== undefined && { json }), ...(token !== undefined && { token }) })
    },
    adminToken: async (): Promise<string> => (await client.login(admin)).accessToken,
    async restart (): Promise<void> {
      await close()
      await open()
    },
    close
  }
}

export async function startLife (environment: Record<string, string>) {
  const house = await openHouse(environment)
  let lives = 0
  return {
    begin: (): { model: Model, real: Real } => ({
      model: { now: house.clock().getTime(), accounts: [], sessions: [] },
      real: { house, number: lives += 1, ids: new Map(), tokens: new Map() }
    }),
    close: house.close
  }
}

const emailOf = ({ number }: Real, who: number): string => `life${number}-${who}@example.com`
const passwordOf = (number: number): string => `${password} ${number}`
const newest = <T>(list: readonly T[]): T => list.at(-1) as T
const tokensOf = ({ tokens }: Real, session: Session): Tokens => tokens.get(session) as Tokens

/** A session that the model has begun has the tokens that the service gave. */
function keep (real: Real, session: Session, { body }: Answer): void {
  real.tokens.set(session, { refresh: [String(body.refreshToken)], access: [String(body.accessToken)] })
}

type Play = (own: Model, real: Real) => Promise<void>
const command = (name: string, run: Play, check = (_own: Readonly<Model>): boolean => true): AsyncCommand<Model, Real> => ({ run, check, toString: () => name })

/** Of a session out of all that there have been, ended ones too. */
function ofSession (name: string, pick: number, run: (own: Model, real: Real, session: Session) => Promise<void>): AsyncCommand<Model, Real> {
  const chosen = ({ sessions }: Model): Session => sessions[pick % sessions.length] as Session
  return command(`${name} ${pick}`, async (own, real) => { await run(own, real, chosen(own)) }, ({ sessions }) => sessions.length > 0)
}

const register = (who: number) => command(`register ${who}`, async (own, real) => {
  const answer = await real.house.ask('POST', '/register', { email: emailOf(real, who), password: passwordOf(0) })
  strictEqual(answer.status, model.register(own, who), 'register')
  if (answer.status !== 201) return
  real.ids.set(who, (answer.body.user as { id: string }).id)
  keep(real, newest(own.sessions), answer)
})

const logIn = (who: number, number: number) => command(`log in ${who} with ${number}`, async (own, real) => {
  const answer = await real.house.ask('POST', '/login', { email: emailOf(real, who), password: passwordOf(number) })
  strictEqual(answer.status, model.logIn(own, who, number), 'log in')
  if (answer.status === 200) keep(real, newest(own.sessions), answer)
})

const refresh = (pick: number, back: number) => ofSession(`refresh ${back} back`, pick, async (own, real, session) => {
  const { refresh, access } = tokensOf(real, session)
  const [before, steps] = [session.counter, Math.min(back, session.counter)]
  const { status, body } = await real.house.ask('POST', '/refresh', { refreshToken: refresh[before - steps] })
  strictEqual(status, model.refresh(own, session, steps), 'refresh')
  if (status !== 200) return
  access.push(String(body.accessToken))
  strictEqual(String(body.refreshToken), refresh[session.counter] ??= String(body.refreshToken), 'the successor')
})

const use = (pick: number, which: number) => ofSession(`use token ${which}`, pick, async (own, real, session) => {
  const { access } = tokensOf(real, session)
  const index = which % access.length
  strictEqual((await real.house.ask('GET', '/persons?limit=1', undefined, access[index])).status, model.use(own, session, index), 'use')
})

const logOut = (pick: number) => ofSession('log out', pick, async (own, real, session) => {
  const { status } = await real.house.ask('POST', '/logout', undefined, newest(tokensOf(real, session).access))
  strictEqual(status, model.logOut(own, session), 'log out')
})

const changePassword = (pick: number, current: number, next: number) => ofSession(`change password ${current} to ${next}`, pick, async (own, real, session) => {
  const json = { currentPassword: passwordOf(current), newPassword: passwordOf(next) }
  const { status } = await real.house.ask('PUT', '/profile/password', json, newest(tokensOf(real, session).access))
  strictEqual(status, model.changePassword(own, session, current, next), 'change password')
})

const remove = (pick: number, number: number) => ofSession(`remove with ${number}`, pick, async (own, real, session) => {
  const { status } = await real.house.ask('DELETE', '/profile', { password: passwordOf(number) }, newest(tokensOf(real, session).access))
  strictEqual(status, model.remove(own, session, number), 'remove')
})

const setDisabled = (who: number, disabled: boolean) => command(`${disabled ? 'disable' : 'enable'} ${who}`, async (own, real) => {
  const { status } = await real.house.ask('PATCH', `/users/${real.ids.get(who) ?? newId()}`, { disabled }, await real.house.adminToken())
  strictEqual(status, model.setDisabled(own, who, disabled), 'disable or enable')
})

const wait = (seconds: number) => command(`wait ${seconds} s`, async (own, { house }) => {
  house.clock.advance(seconds)
  own.now += seconds * 1000
})

const restart = command('restart', async (_own, { house }) => { await house.restart() })

const [who, number, pick] = [fc.nat(1), fc.nat(2), fc.nat(7)]
const seconds = fc.constantFrom(0.9, 4, 9, 11, 300, 601, 86_400, 31 * 86_400)

/** One command by chance, the usual ones more often. */
export const anyCommand = fc.oneof(
  { weight: 6, arbitrary: who.map(register) },
  { weight: 6, arbitrary: fc.tuple(who, number).map(([who, number]) => logIn(who, number)) },
  { weight: 12, arbitrary: fc.tuple(pick, fc.constantFrom(0, 0, 0, 1, 1, 2)).map(([pick, back]) => refresh(pick, back)) },
  { weight: 10, arbitrary: fc.tuple(pick, pick).map(([pick, which]) => use(pick, which)) },
  { weight: 3, arbitrary: pick.map(logOut) },
  { weight: 3, arbitrary: fc.tuple(pick, number, number).map(([pick, current, next]) => changePassword(pick, current, next)) },
  { weight: 2, arbitrary: fc.tuple(pick, number).map(([pick, number]) => remove(pick, number)) },
  { weight: 2, arbitrary: fc.tuple(who, fc.boolean()).map(([who, disabled]) => setDisabled(who, disabled)) },
  { weight: 5, arbitrary: seconds.map(wait) },
  { weight: 1, arbitrary: fc.constant(restart) }
)
