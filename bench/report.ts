// Writes the document and its charts from what was measured so far; what was not says so.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { allRows } from './all-rows.js'
import { openCharts, shown } from './charts.js'
import { goals, type Results } from './goals.js'
import { tools } from './load/generate.js'
import { root } from './processes.js'
import { figures, type Row } from './row.js'
import { figureOf, ratioOf, type Result } from './results.js'

/** Writes `folder`/BENCH.md and `folder`/bench/*.svg. */
export async function writeReport (folder: string, found: readonly Result[]): Promise<void> {
  const chartOf = await openCharts()
  const results: Results = new Map(found.map((result) => [result.row, result]))
  mkdirSync(join(folder, 'bench'), { recursive: true })
  const sections = allRows.map((row) => {
    const result = results.get(row.name)
    const svg = chartOf(row, result)
    if (svg !== null) writeFileSync(join(folder, 'bench', `${row.name}.svg`), svg)
    const picture = svg === null ? '' : `\n![${row.title}](bench/${row.name}.svg)\n`
    return `## ${row.title}\n\n${row.note}\n\n${result === undefined ? `not run (\`npm run bench -- --only ${row.name}\`)` : `${tableOf(row, result)}\n${picture}`}\n`
  })
  writeFileSync(join(folder, 'BENCH.md'), [intro(found), goalTable(results), ...sections].join('\n').replaceAll(/\n{3,}/g, '\n\n'))
}

function intro (found: readonly Result[]): string {
  const [cpu] = cpus()
  const days = [...new Set(found.map(({ at }) => at.slice(0, 10)))].sort()
  const shapes = [...new Set(found.map(({ rounds, seconds }) => `${rounds} of ${seconds} s`))]
  return `# Bench

Written by \`npm run bench\`. All sides of a table were measured in one run, by turns; a figure is the median of its rounds, a ratio the
median of the ratios round by round. CPU is the time that all processes of the server had, user and system: on a machine that others
use too it is the steadier figure. How it is measured: [bench/README.md](../bench/README.md).

- Date: ${days.join(', ') || 'not run'}
- Node: ${[...new Set(found.map(({ node }) => node))].join(', ') || process.version}
- Machine: ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}
- Load: ${tools}
- Rounds: ${shapes.join(', ') || 'none'}
- Database of the peers and of Gatehouse, MongoDB: mongo-java-server in memory, on the core of the load generator
- Versions: ${versions(found)}
`
}

/** The states of the code that were measured, with the rows where there are several. */
function tellRevisions (found: readonly Result[]): string {
  const revisions = [...new Set(found.map(({ revision }) => revision))]
  if (revisions.length <= 1) return revisions.join('')
  return revisions.map((revision) => `${revision} (${found.filter((result) => result.revision === revision).map(({ row }) => row).join(', ')})`).join(', ')
}

function versions (found: readonly Result[]): string {
  const of = (name: string, from = ''): string => {
    try {
      return `${name} ${(JSON.parse(readFileSync(join(root, from, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version}`
    } catch {
      return `${name} (not installed)`
    }
  }
  const all = (from: string, ...names: string[]): string => names.map((name) => of(name, from)).join(', ')
  return `Gatehouse ${tellRevisions(found)}, ${all('', 'fastify', 'argon2', 'mongodb')}; peers, current: ${all('bench/peers', 'express', 'passport-jwt', 'jsonwebtoken', 'mongoose', 'bcrypt', '@nestjs/core')}; of 2018: ${all('bench/peers/period', 'express', 'passport-jwt', 'jsonwebtoken', 'mongoose', 'bcryptjs', '@nestjs/core')}`
}

const cells = (values: readonly string[]): string => `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`
const table = (head: readonly string[], lines: ReadonlyArray<readonly string[]>): string => [cells(head), `|${head.map(() => '---|').join('')}`, ...lines.map(cells)].join('\n')

function goalTable (results: Results): string {
  const lines = goals.map(({ what, goal, judge, why }) => {
    const { figure, met } = judge(results)
    return [what, goal, figure, met === null ? '–' : met ? 'met' : '**short**', met === false ? why ?? '' : '']
  })
  return `## Goals\n\n${table(['what', 'goal', 'measured', 'verdict', 'why it is short'], lines)}\n`
}

function tableOf (row: Row, result: Result): string {
  const [first] = row.figures
  const head = ['', ...row.figures.map((figure) => figures[figure]), `${first === undefined ? '' : figures[first]}: ratio to ${row.beside.title}`]
  const lines = Object.entries(result.sides).map(([side, rounds]) => {
    if (typeof rounds === 'string') return [side, ...row.figures.map((_, index) => index === 0 ? notRun(rounds) : '–'), '–']
    return [side, ...row.figures.map((figure) => shown(figureOf(result, side, figure))), first === undefined ? '–' : shown(ratioOf(result, side, row.beside.of(side), first))]
  })
  return table(head, lines)
}

const notRun = (reason: string): string => reason.startsWith('not run') ? reason : `not run: ${reason}`
