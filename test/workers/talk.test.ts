// What primary and workers say to each other, and what becomes of it when one of them is silent.
import t from 'tap'
import { isServiceError } from '../../src/errors.js'
import type { Outcome } from '../../src/throttling/budget.js'
import { createGathering } from '../../src/workers/gathering.js'
import type { FromPrimary, FromWorker, MetricValues } from '../../src/workers/messages.js'
import { createPrimaryLink } from '../../src/workers/primary-link.js'
import { until } from '../helpers/until.js'

function createLine (patience?: number) {
  const sent: FromWorker[] = []
  let hear: (message: FromPrimary) => void = () => undefined
  const link = createPrimaryLink({ send: (message) => { sent.push(message) }, onMessage: (listener) => { hear = listener } }, patience)
  return { link, sent, say: (message: FromPrimary) => { hear(message) } }
}

const outcome: Outcome = { bucket: 'login', verdict: { allowed: true, limit: 30, remaining: 29, resetSeconds: 2 } }

t.test('requests of one turn of the loop are counted by one message', async (t) => {
  const { link, sent, say } = createLine()
  const heard: unknown[] = []
  for (const bucket of ['login', undefined] as const) link.count('192.0.2.1', bucket, (error, told) => { heard.push([bucket, error, told]) })
  await until(async () => sent.length > 0)
  t.same(sent, [{ kind: 'count', requests: [[1, '192.0.2.1', 'login'], [2, '192.0.2.1', null]] }])
  t.same(heard, [])
  say({ kind: 'counted', outcomes: [[2, null], [1, outcome]] })
  say({ kind: 'counted', outcomes: [[1, outcome], [99, null]] })
  t.same(heard, [[undefined, null, null], ['login', null, outcome]])
})

t.test('where the primary is silent nobody passes uncounted', async (t) => {
  const { link } = createLine(20)
  // The link's own timers let a process end.
  const awake = setTimeout(() => undefined, 10_000)
  const refused = await new Promise<Error | null>((resolve) => { link.count('192.0.2.1', 'login', resolve) })
  t.ok(isServiceError(refused, 'busy'))
  t.ok(isServiceError(await link.gatherMetrics().catch((error: unknown) => error), 'busy'))
  clearTimeout(awake)
})

t.test('metrics are asked for and told', async (t) => {
  const { link, sent, say } = createLine()
  const values = [{ name: 'a', values: [] }] as unknown as MetricValues
  say({ kind: 'tell_metrics', id: 1 })
  t.same(sent, [], 'nothing is counted here')
  link.onMetricsAsked(async () => values)
  say({ kind: 'tell_metrics', id: 2 })
  await until(async () => sent.length === 1)
  t.same(sent.pop(), { kind: 'metrics', id: 2, values })
  const gathered = link.gatherMetrics()
  t.same(sent, [{ kind: 'gather', id: 1 }])
  say({ kind: 'gathered', id: 1, workers: [[3, values]] })
  t.same(await gathered, [[3, values]])
})

t.test('who does not answer in time is left out', async (t) => {
  const gathering = createGathering<string>(20)
  const ids: number[] = []
  const gathered = gathering.gather(['silent', 'quick'], (one, id) => {
    ids.push(id)
    if (one === 'quick') gathering.answer(id, 'here')
  })
  t.same(await gathered, [['quick', 'here']])
  for (const id of ids) gathering.answer(id, 'too late')
})
