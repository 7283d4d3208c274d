// Scenario tables: a request, what the answer must be, what it must hold and must not, and what else may have happened (nothing, unless said).
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { Answer, Client, RequestOptions } from './client.js'

export interface Scenario extends RequestOptions {
  /** A sentence. */
  name: string
  method: string
  url: string
  status: number
  code?: string
  /** What the body holds, besides whatever else. */
  has?: object
  /** Texts that appear nowhere in the body. */
  hasNot?: readonly string[]
  /** Headers of the answer. */
  sends?: Record<string, string | RegExp>
  /** `errors` of the problem name exactly these. */
  names?: readonly string[]
  /** How many rows there are more (or fewer) afterwards. */
  writes?: { users?: number, persons?: number }
  also? (t: Test, answer: Answer): Promise<void>
}

export async function countRows ({ stores }: FastifyInstance) {
  return { users: await stores.users.count({}), persons: (await stores.persons.count({})).found }
}

export function runScenarios (t: Test, app: FastifyInstance, client: Client, scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) t.test(scenario.name, async (t) => { await runScenario(t, app, client, scenario) })
}

async function runScenario (t: Test, app: FastifyInstance, client: Client, scenario: Scenario): Promise<void> {
  const { name: _name, method, url, status, code, has, hasNot = [], sends = {}, names, writes = {}, also, ...options } = scenario
  const before = await countRows(app)
  const answer = await client.request(method, url, options)
  t.equal(answer.status, status, answer.text)
  t.equal(answer.code, code, 'code')
  if (has !== undefined) t.match(answer.body, has)
  for (const text of hasNot) t.notOk(answer.text.includes(text), `must not have ${text}`)
  if (Object.keys(sends).length > 0) t.match(answer.headers, sends)
  if (names !== undefined) t.same(pathsOf(answer).sort(), [...names].sort(), answer.text)
  t.same(await countRows(app), { users: before.users + (writes.users ?? 0), persons: before.persons + (writes.persons ?? 0) }, 'rows')
  await also?.(t, answer)
}

/** The paths that the problem's `errors` name. */
export function pathsOf ({ body }: Pick<Answer, 'body'>): string[] {
  return (body.errors as Array<{ path: string }> | undefined ?? []).map(({ path }) => path)
}
