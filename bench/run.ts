// npm run bench: measures the rows, keeps what was measured, and writes docs/BENCH.md. What was measured already is not measured again.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { revision } from '../scripts/revision.js'
import { allRows } from './all-rows.js'
import { openBench } from './bench.js'
import { compare } from './compare.js'
import { goals } from './goals.js'
import { root } from './processes.js'
import { writeReport } from './report.js'
import { openResults } from './results.js'

const help = `npm run bench -- [options]
  --only NAME   the name of a row; may be repeated; measures it again
  --quick       fewer sides and shorter rounds, under 5 minutes; kept and written in .bench alone
  --rounds N    rounds of each side (5; quick 3)
  --seconds N   whole seconds of a round (2; quick 1)
  --fresh       forgets what was measured before
  --report      measures nothing: writes the document from what there is
  --list        names the rows`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false }
  }
})

function whole (name: 'rounds' | 'seconds', preset: number): number {
  const value = Number(values[name] ?? preset)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1.`)
  return value
}

async function main (): Promise<void> {
  const { quick, only } = values
  if (values.help) { console.log(help); return }
  if (values.list) { for (const { name, title, slow } of allRows) console.log(`${name.padEnd(18)} ${title}${slow === true ? ' (not with --quick)' : ''}`); return }
  const unknown = (only ?? []).filter((name) => !allRows.some((row) => row.name === name))
  if (unknown.length > 0) throw new Error(`There is no row named ${unknown.join(', ')}. --list names them.`)
  if (!existsSync(join(root, 'dist/service/gatehouse.cjs'))) throw new Error('The service is not built yet: npm run build.')
  const results = openResults(join(root, '.bench', quick ? 'quick.ndjson' : 'full.ndjson'))
  if (values.fresh) results.clear()
  const known = new Set(results.read().map(({ row }) => row))
  const wanted = allRows.filter(({ name, slow }) => only?.includes(name) ?? (!known.has(name) && !(quick && slow === true)))
  const bench = openBench({ quick, rounds: whole('rounds', quick ? 3 : 5), seconds: whole('seconds', quick ? 1 : 2) })
  // What the bench started itself ends with it (processes.ts), the database server is ended here.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void bench.close().finally(() => process.exit(1)) })
  try {
    for (const row of values.report ? [] : wanted) {
      const began = performance.now()
      const sides = await compare(bench, row)
      // A row of which nothing could be measured is tried again by the next run.
      const some = Object.values(sides).some((rounds) => typeof rounds !== 'string')
      if (some) results.add({ row: row.name, at: new Date().toISOString(), node: process.version, rounds: bench.rounds, seconds: bench.seconds, revision: revision(root), sides })
      console.log(`${row.name} (${Math.round((performance.now() - began) / 1000)} s)`)
    }
  } finally {
    await bench.close()
  }
  const found = results.read()
  const folder = quick ? '.bench' : 'docs'
  await writeReport(join(root, folder), found)
  const byName = new Map(found.map((result) => [result.row, result]))
  for (const { what, goal, judge } of goals) {
    const { figure, met } = judge(byName)
    console.log(`${met === null ? '–     ' : met ? 'met   ' : 'SHORT '} ${what}: ${figure} (goal ${goal})`)
  }
  console.log(`written: ${folder}/BENCH.md`)
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 2
})
