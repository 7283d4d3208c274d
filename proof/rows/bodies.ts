// SECURITY.md D: bodies and queries that no honest client sends, for every operation.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Client, Member, RequestOptions } from '../../test/helpers/client.js'
import { adminOf } from '../accounts.js'
import { brokenJson, brokenTexts, hugeJson, operatorObjects, queryOperators, wrongTypes, wrongTypesOfContent } from '../hostile-values.js'
import { keptBy } from '../kept.js'
import { inLanes } from '../lanes.js'
import { type ApiOperation, goodBody, operations, type Schema } from '../operations.js'
import { findingOf, type Row, stores } from '../row.js'

const withinMilliseconds = 50
/** A machine that is busy with something else is late now and then, and not each time. */
const tries = 5
const pauseMilliseconds = 100
/** Of all that is asked, what the short form asks, by chance. */
const shortShare = 0.4
/** The codes of refusals before a body is looked into. */
const unread = ['validation_failed', 'malformed_body', 'body_too_large', 'unsupported_media_type']

interface Ask {
  title: string
  operation: ApiOperation
  options: RequestOptions
  query?: string
  statuses: readonly number[]
  /** Of a password or a token: the business of the hashing gate and of the limits, with another account each time, and no hurry. */
  isTry?: boolean
}

const json = { 'content-type': 'application/json' }
const isText = ({ type }: Schema): boolean => [type].flat().includes('string')

function bodyAsks (operation: ApiOperation, schema: Schema): Ask[] {
  const ask = (title: string, options: RequestOptions, ...statuses: number[]): Ask =>
    ({ title: `${title} at ${operation.name}`, operation, options, statuses })
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const withValue = (value: unknown, ...statuses: number[]): Ask =>
      ask(`${name} ${JSON.stringify(value).slice(0, 30)}`, { json: { ...goodBody(schema, name), [name]: value } }, ...statuses)
    const texts = isText(member) ? [...brokenTexts, '\u0000', 'a\u0000b'] : ['x', '\u0000']
    const refused = [...operatorObjects, ...wrongTypes].map((value) => withValue(value, 400))
    // Whatever text is in a password or a token, and whatever name is at log-in, it is the wrong one, and refused as such.
    const isTry = member.format === 'password' || /token$/i.test(name) || operation.path === '/login'
    const tried = texts.map((value) => isTry ? { ...withValue(value, 400, 401, 403, 422), isTry } : withValue(value, 400))
    return [...refused, ...tried]
  })
  const huge = Object.entries(hugeJson).map(([title, body]) => ask(title, { body, headers: json }, 413))
  const texts = brokenJson(JSON.stringify(goodBody(schema)))
  const broken = Object.entries(texts).map(([title, body]) => ask(title, { body, headers: json }, 400))
  return [...members, ...huge, ...broken]
}

/** For all that may write, whether it takes a body or not. */
function typeAsks (operation: ApiOperation): Ask[] {
  const body = JSON.stringify(operation.body === undefined ? { a: 1 } : goodBody(operation.body))
  return wrongTypesOfContent.map((type) => {
    const options = { body, headers: { 'content-type': type } }
    return { title: `${type} at ${operation.name}`, operation, options, statuses: [415] }
  })
}

function queryAsks (operation: ApiOperation): Ask[] {
  const names = [...operation.query, '$where', '__proto__', 'constructor']
  const queries = names.flatMap((name) => queryOperators.map((operator) => `${name}${operator.replace('%s', name)}`))
  return queries.map((query) => ({ title: `?${query} at ${operation.name}`, operation, options: {}, query, statuses: [400] }))
}

const asks: readonly Ask[] = operations.flatMap((operation) => [
  ...(operation.body === undefined ? [] : bodyAsks(operation, operation.body)),
  ...(operation.method === 'GET' ? [] : typeAsks(operation)),
  ...(operation.query.length === 0 ? [] : queryAsks(operation))
])

export const bodies: Row = {
  section: 'D',
  name: 'bodies',
  title: `bodies and queries at every operation: JSON 100,000 deep, 100,000 members, \`__proto__\`, ${operatorObjects.length} operator ` +
    `objects in every member and query, arrays for texts, NUL, lone surrogates, a password of 1 MB, ${wrongTypesOfContent.length} wrong content types`,
  asked: `400, 413 or 415, in ≤ ${withinMilliseconds} ms (the best of ${tries}); nothing is written; a good body is read`,
  alone: true,
  stores,
  async run (scene) {
    const { client } = await scene.start({ METRICS_TOKEN: 'the-token-of-whoever-reads-the-metrics' })
    const admin = await adminOf(scene, client)
    const { body: person } = await client.as(admin).post('/persons', { json: { name: 'Grace Hopper' } })
    const idAt = ({ path }: ApiOperation): string => {
      if (path.startsWith('/persons')) return String(person.id)
      return path.startsWith('/users') ? admin.id : admin.sessionId
    }
    const send = async (who: Client, { operation, options, query }: Ask): Promise<Answer> =>
      await who.request(operation.method, `${operation.at(idAt(operation))}${query === undefined ? '' : `?${query}`}`, options)
    const chosen = asks.filter(() => scene.long || scene.random() < shortShare)
    const [tried, read] = [chosen.filter(({ isTry }) => isTry === true), chosen.filter(({ isTry }) => isTry !== true)]
    const others = await inLanes(tried, 4, async () => await client.register())
    const kept = await keptBy(scene)
    const faults: string[] = []
    let slowest = 0
    for (const ask of read) {
      const { told, milliseconds } = await quickest(async () => await send(client.as(admin), ask), ask.statuses)
      slowest = Math.max(slowest, milliseconds)
      if (told !== null) faults.push(`${ask.title}: ${told}`)
      else if (milliseconds > withinMilliseconds) faults.push(`${ask.title}: ${Math.round(milliseconds)} ms`)
    }
    for (const [index, ask] of tried.entries()) {
      const told = await judge(async () => await send(client.as(others[index] as Member), ask), ask.statuses)
      if (told !== null) faults.push(`${ask.title}: ${told}`)
    }
    if (await keptBy(scene) !== kept) faults.push('something was written')
    for (const operation of operations.filter(({ body }) => body !== undefined)) {
      const good = { json: goodBody(operation.body as Schema) }
      const { status, code } = await send(client.as(admin), { title: '', operation, options: good, statuses: [] })
      if (unread.includes(String(code))) faults.push(`a good body at ${operation.name}: ${status} ${String(code)}`)
    }
    const seen = `${chosen.length} refused as asked, nothing written, the slowest ${Math.round(slowest)} ms`
    return findingOf(faults, seen)
  }
}

/** What is wrong with an answer; null: it is as asked. */
async function judge (send: () => Promise<Answer>, statuses: readonly number[]): Promise<string | null> {
  try {
    const { status, code } = await send()
    return statuses.includes(status) ? null : `${status} ${String(code)}`
  } catch (error) {
    return (error as Error).message
  }
}

/** As `judge`; asks again while it is late. */
async function quickest (send: () => Promise<Answer>, statuses: readonly number[]): Promise<{ told: string | null, milliseconds: number }> {
  let milliseconds = Number.POSITIVE_INFINITY
  for (let round = 0; round < tries && milliseconds > withinMilliseconds; round += 1) {
    if (round > 0) await sleep(pauseMilliseconds)
    const began = performance.now()
    const told = await judge(send, statuses)
    milliseconds = Math.min(milliseconds, performance.now() - began)
    if (told !== null) return { told, milliseconds }
  }
  return { told: null, milliseconds }
}
