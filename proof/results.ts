// What has been found so far, a line of JSON each, and the document that is written from it.
import { writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { openResultsFile, type ResultsFile } from '../scripts/results-file.js'
import { allRows } from './all-rows.js'
import { type Finding, type Row, type Section, sections, type StoreName, stores } from './row.js'

/** `store` null: none takes part. `server`: the one that spoke MongoDB's protocol, where that was asked for. */
export interface Result extends Finding { row: string, store: StoreName | null, server?: string, seed: number, seconds: number, at: string, revision: string }

export type Results = ResultsFile<Result>

export const openResults = (path: string): Results => openResultsFile(path, ({ row, store }) => `${row} ${String(store)}`)

/** The results of the long forms and, for what has none, of the short ones, which say so. */
export function bestOf (long: readonly Result[], short: readonly Result[]): Result[] {
  const missing = short.filter(({ row, store }) => !long.some((result) => result.row === row && result.store === store))
  return [...long, ...missing.map((result) => ({ ...result, figure: `${result.figure} (short form)` }))]
}

/** Writes docs/PROOF.md: every row of every table, with the figures that were found beside what is asked; those of another server than
 * `mongoServer` name it. */
export function writeProof (path: string, found: readonly Result[], { versions, mongoServer }: { versions: Record<string, string>, mongoServer: string }): void {
  const results = found.map((result) => result.server === undefined || result.server === mongoServer ? result : { ...result, figure: `${result.figure} (on ${result.server})` })
  const tables = (Object.entries(sections) as Array<[Section, string]>).map(([section, title]) => {
    const rows = allRows.filter((row) => row.section === section).map((row) => line(row, results))
    return `## ${section}. ${title}\n\n| row | asked | SQLite | MongoDB | command |\n|---|---|---|---|---|\n${rows.join('\n')}\n`
  })
  const red = results.filter(({ passed }) => !passed).length
  const [cpu] = cpus()
  const intro = `# Proof

What SECURITY.md asks for, and what was measured. Written by \`npm run prove\`, which starts the compiled service as real processes, on
SQLite and on a server that speaks MongoDB's protocol. A row alone: \`npm run prove -- --only NAME\`; a table: \`--only A\`. Seeds are
printed; \`--seed N\` repeats one. Where a figure says "short form", the long one has not been played.
How long an ending takes to reach the other process is told without the time in which the machine itself stood still.

- Date: ${new Date().toISOString().slice(0, 10)}
- Versions: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}
- MongoDB server: ${mongoServer}, where no other is named
- Machine: ${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}
- Revisions: ${tellRevisions(results)}
- Results: ${results.length - red} as asked, ${red} not
`
  writeFileSync(path, [intro, ...tables].join('\n'))
}

/** The states of the code that were played on, the newest first, each with how many results are of it. */
function tellRevisions (results: readonly Result[]): string {
  const newestFirst = [...results].sort((a, b) => b.at.localeCompare(a.at))
  const revisions = [...new Set(newestFirst.map(({ revision }) => revision))]
  return revisions.map((revision) => `${revision} (${results.filter((result) => result.revision === revision).length})`).join(', ')
}

function line (row: Row, results: readonly Result[]): string {
  const of = (store: StoreName | null): string => {
    const result = results.find((one) => one.row === row.name && one.store === store)
    if (result === undefined) return 'not run'
    if (result.passed) return result.figure
    return `**not as asked**: ${result.figure}${row.whenRed === undefined ? '' : `. Why: ${row.whenRed}`}`
  }
  const cells = row.stores.length === 0 ? [of(null), '–'] : stores.map((store) => row.stores.includes(store) ? of(store) : '–')
  return `| ${[row.title, row.asked, ...cells, `\`npm run prove -- --only ${row.name}\``].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
