// npm run prove: plays the rows, keeps what was found, and writes docs/PROOF.md. What was found already is not played again.
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type MongoServerName, mongoServers, startMongoServer } from '../scripts/mongodb-server.js'
import { revision } from '../scripts/revision.js'
import { allRows } from './all-rows.js'
import { bestOf, openResults, type Results, writeProof } from './results.js'
import { type Finding, type Row, type StoreName, stores } from './row.js'
import { inScene } from './scene.js'

/** The server where no other is asked for. */
const usual: MongoServerName = 'secantus'
const help = `npm run prove -- [options]
  --only WHAT     a table (A to F) or the name of a row; may be repeated; plays it again
  --store STORE   sqlite or mongodb alone
  --server NAME   the MongoDB-speaking server: ${mongoServers.join(' or ')} (${usual})
  --seed N        the seed of chance; without it a new one for each row
  --short         the short forms, which take seconds
  --jobs N        plays so many parts at a time, but for those that measure short times (1)
  --fresh         forgets what was found before
  --report        plays nothing, writes docs/PROOF.md from what was found: the long forms and, where there is none, the short ones
  --list          names the rows`

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    store: { type: 'string' },
    server: { type: 'string', default: usual },
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false }
  }
})

/** A row on a store, or on none. */
interface Part { row: Row, store: StoreName | null }

function chosenParts (): Part[] {
  const { only, store } = values
  const unknown = (only ?? []).filter((name) => !allRows.some((row) => row.section === name || row.name === name))
  if (unknown.length > 0) throw new Error(`There is no table or row named ${unknown.join(', ')}. --list names them.`)
  if (store !== undefined && !stores.some((name) => name === store)) throw new Error(`There is no store ${store}: sqlite or mongodb.`)
  return allRows
    .filter(({ section, name }) => only === undefined || only.includes(section) || only.includes(name))
    .flatMap((row) => (row.stores.length === 0 ? [null] : row.stores).map((store) => ({ row, store })))
    .filter((part) => store === undefined || part.store === store || part.store === null)
}

async function play ({ row, store }: Part, seed: number, mongodbUrl: string | undefined): Promise<Finding> {
  try {
    return await inScene({ store: store ?? 'sqlite', long: !values.short, seed, mongodbUrl }, (scene) => row.run(scene))
  } catch (error) {
    return { passed: false, figure: `broke: ${(error as Error).message.split('\n')[0] ?? ''}` }
  }
}

function versions (): Record<string, string> {
  const version = (file: string): string => (JSON.parse(readFileSync(`${root}/${file}`, 'utf8')) as { version: string }).version
  return { gatehouse: version('package.json'), node: process.versions.node, fastify: version('node_modules/fastify/package.json'), argon2: version('node_modules/argon2/package.json'), '@photostructure/sqlite': version('node_modules/@photostructure/sqlite/package.json'), mongodb: version('node_modules/mongodb/package.json') }
}

async function main (): Promise<void> {
  if (values.help) { console.log(help); return }
  if (values.list) { for (const { section, name, title } of allRows) console.log(`${section}  ${name.padEnd(28)} ${title}`); return }
  if (!mongoServers.some((name) => name === values.server)) throw new Error(`There is no server ${values.server}: ${mongoServers.join(' or ')}.`)
  const jobs = Number(values.jobs)
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error('--jobs must be a whole number from 1.')
  const [long, short] = (['long', 'short'] as const).map((form) => openResults(`${root}/.prove/${form}.ndjson`)) as [Results, Results]
  const report = (): void => { writeProof(`${root}/docs/PROOF.md`, bestOf(long.read(), short.read()), { versions: versions(), mongoServer: usual }) }
  if (values.report) { report(); return }
  const results = values.short ? short : long
  if (values.fresh) results.clear()
  const known = new Set(values.only === undefined ? results.read().map(({ row, store }) => `${row} ${String(store)}`) : [])
  const parts = chosenParts().filter(({ row, store }) => !known.has(`${row.name} ${String(store)}`))
  const server = parts.some(({ store }) => store === 'mongodb') ? await startMongoServer(values.server as MongoServerName) : undefined
  if (server === null) console.log(`NOT RUN: mongodb (the server ${values.server} could not be installed or started, see above)`)
  async function playAndKeep (part: Part): Promise<void> {
    if (part.store === 'mongodb' && server === null) return
    const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
    const began = performance.now()
    const finding = await play(part, seed, server?.url)
    const seconds = Math.round((performance.now() - began) / 1000)
    results.add({ row: part.row.name, store: part.store, ...(part.store === 'mongodb' && { server: values.server }), seed, seconds, at: new Date().toISOString(), revision: revision(root), ...finding })
    console.log(`${finding.passed ? 'ok    ' : 'NOT OK'} ${part.row.section} ${part.row.name} ${part.store ?? ''} (${seconds} s, seed ${seed}): ${finding.figure}`)
  }

  /** Plays in several lanes; each goes on with the next part that nobody has begun. */
  async function playAll (waiting: Part[], lanes: number): Promise<void> {
    await Promise.all(Array.from({ length: lanes }, async () => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) await playAndKeep(part)
    }))
  }

  try {
    await playAll(parts.filter(({ row }) => row.alone !== true), jobs)
    await playAll(parts.filter(({ row }) => row.alone === true), 1)
  } finally {
    await server?.stop()
  }
  // What was asked for now: another row that is red from before is not this run's fault.
  const asked = new Set(chosenParts().map(({ row, store }) => `${row.name} ${String(store)}`))
  const found = results.read().filter(({ row, store }) => asked.has(`${row} ${String(store)}`))
  if (!values.short) report()
  const red = found.filter(({ passed }) => !passed).length
  console.log(`${found.length - red} as asked, ${red} not`)
  if (red > 0 || server === null) process.exitCode = 1
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 2
})
// Whatever a row has left open: its answer has been given.
process.exit()
