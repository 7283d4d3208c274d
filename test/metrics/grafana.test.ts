// docs/grafana.json asks for nothing that the service does not tell, by no label that it does not carry.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { metricsToken, scrape } from './scrape.js'

interface Target { expr: string, legendFormat: string }
interface Panel { title: string, type: string, targets?: Target[], gridPos: { h: number, w: number, x: number, y: number } }
interface Variable { name: string, type: string, query: string | { query: string } }
interface Dashboard { panels: Panel[], templating: { list: Variable[] } }

const dashboard = JSON.parse(readFileSync(new URL('../../docs/grafana.json', import.meta.url), 'utf8')) as Dashboard
const { client } = await createTestApp(t, { environment: { METRICS_TOKEN: metricsToken } })
await client.get('/health/live')
const samples = await scrape({ client })
const told = new Set(samples.map(({ name }) => name))
/** The labels of these metrics, with those that Prometheus itself adds to what it reads. */
function labelsOf (names: readonly string[]): Set<string> {
  return new Set(['job', 'instance', ...samples.filter(({ name }) => names.includes(name)).flatMap((sample) => Object.keys(sample.labels))])
}
const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const targets = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })))

const metricsIn = (query: string): string[] => query.match(/\b(gatehouse|process|nodejs)_\w+/g) ?? []
const labelsIn = (query: string): string[] => [
  ...[...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/, */)),
  ...[...query.matchAll(/(\w+) *=~?"/g)].map(([, name = '']) => name)
]

t.test('every query is about metrics that exist, and by labels that they carry', async (t) => {
  t.ok(targets.length > 20)
  for (const { title, expr, legendFormat } of targets) {
    const names = metricsIn(expr)
    const labels = labelsOf(names)
    t.ok(names.length > 0, `${title}: ${expr}`)
    t.same(names.filter((name) => !told.has(name)), [], title)
    t.same(labelsIn(expr).filter((name) => !labels.has(name)), [], title)
    t.same([...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).filter((name) => !labels.has(name)), [], title)
  }
})

t.test('the choices above it are made from metrics that exist, and its queries use no other', async (t) => {
  const { list } = dashboard.templating
  const queries = list.filter(({ type }) => type === 'query').map(({ query }) => typeof query === 'string' ? query : query.query)
  t.equal(queries.length, 2)
  for (const query of queries) t.ok(metricsIn(query).every((name) => told.has(name)), query)
  const known = new Set([...list.map(({ name }) => name), '__rate_interval'])
  const choicesIn = (query: string): string[] => [...query.matchAll(/\$(\w+)/g)].map(([, name = '']) => name)
  for (const { expr } of targets) t.same(choicesIn(expr).filter((name) => !known.has(name)), [], expr)
})

t.test('every metric of ours is on it', async (t) => {
  const shown = new Set(targets.flatMap(({ expr }) => metricsIn(expr)).map((name) => name.replace(/_(bucket|count|sum)$/, '')))
  const ours = [...told].filter((name) => name.startsWith('gatehouse_'))
  t.same(ours.filter((name) => !shown.has(name.replace(/_(bucket|count|sum)$/, ''))), [])
})

t.test('brackets close, and no panel lies on another', async (t) => {
  for (const { expr } of targets) {
    for (const [open = '', close = ''] of ['()', '[]', '{}']) t.equal(expr.split(open).length, expr.split(close).length, expr)
  }
  const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, index) => `${x + index % w},${y + Math.floor(index / w)}`))
  t.equal(new Set(cells).size, cells.length)
  t.ok(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24))
})
