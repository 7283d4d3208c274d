// gatehouse store copy: moves everything from one database to another, SQLite or MongoDB.
import { existsSync, realpathSync } from 'node:fs'
import type { Command } from 'commander'
import { ConfigError, loadConfig } from '../config.js'
import { copyStore, digestStore, type KindDigest } from '../stores/copy.js'
import { namesServerAlone } from '../stores/database-url.js'
import { sqlitePath } from '../stores/open.js'
import type { SigningKey, Stores } from '../stores/stores.js'
import { UsageError } from './faults.js'
import { createProgress } from './imports/progress.js'
import type { Cli } from './io.js'
import { count, printJson, printLine, printTable } from './print.js'

const examples = `
Accounts keep their passwords, sessions and roles: whoever is logged in stays so when the service starts on the copy with the
same AUTH_SECRET. Stop the service first: what is written meanwhile is not copied. At the end both databases are read once more, and
counts and digests (SHA-256) of all rows must be the same.

Both names must end in a database, which in the source must hold something, and in the target no accounts, persons or keys. After an
interruption run the same command with --resume: it goes over all of it again and makes the target equal to the source, removing what
the source does not have. It refuses a target that is no copy of this source (which it knows by the signing keys).

Examples:
  gatehouse store copy --from sqlite:./data/gatehouse.db --to mongodb://db.example.com/gatehouse
  gatehouse store copy --from mongodb://db.example.com/gatehouse --to sqlite:/var/lib/gatehouse/gatehouse.db --json`

interface CopyOptions { from: string, to: string, resume?: boolean, json?: boolean }

export function addStoreCopy (store: Command, cli: Cli): void {
  store.command('copy')
    .description('copy everything to another database, and compare the two')
    .requiredOption('--from <url>', 'the database that is read, as DATABASE_URL names one')
    .requiredOption('--to <url>', 'the database that is written')
    .option('--resume', 'go on where an earlier copy broke off')
    .option('--json', 'print { ok, kinds: [{ kind, rows, digest, copied }] } as JSON')
    .addHelpText('after', examples)
    .action(async (options: CopyOptions) => {
      const [from, to] = readUrls(cli, options)
      await opened(cli, from, async (source) => {
        await mindSource(source)
        await opened(cli, to, async (target) => { await copy(cli, source, target, options) })
      })
    })
}

function readUrls (cli: Cli, { from, to }: CopyOptions): [string, string] {
  const [source, target] = [readUrl(cli, '--from', from), readUrl(cli, '--to', to)]
  if (whereabouts(source) === whereabouts(target)) throw new UsageError('--from and --to name the same database.')
  const file = sqlitePath(source)
  // Opening would make an empty one.
  if (file !== null && !existsSync(file)) throw new UsageError(`There is no database file ${file}.`)
  return [source, target]
}

/** An empty one is refused: as DATABASE_URL it would be the database of the service, which nobody has named here. So is a server
 * alone: the driver would take its database `test`. */
function readUrl (cli: Cli, option: string, url: string): string {
  if (url.trim() === '') throw new UsageError(`${option} is empty: it must name a database, as DATABASE_URL does.`)
  if (namesServerAlone(url.trim())) throw new UsageError(`${option} names a server and no database on it, as in mongodb://db.example.com/gatehouse.`)
  const environment = cli.environment()
  try {
    return loadConfig({ ...environment, DATABASE_URL: url }).databaseUrl
  } catch (error) {
    throw new ConfigError((error as ConfigError).faults.map((fault) => fault.replace(/^DATABASE_URL\b/, option)))
  }
}

/** The same for two names of one file. */
function whereabouts (databaseUrl: string): string {
  const file = sqlitePath(databaseUrl)
  return file !== null && existsSync(file) ? realpathSync(file) : databaseUrl
}

async function opened (cli: Cli, databaseUrl: string, work: (stores: Stores) => Promise<void>): Promise<void> {
  const { stores, close } = await cli.openStores({ databaseUrl })
  try {
    await stores.ping()
    await work(stores)
  } finally {
    await close()
  }
}

async function copy (cli: Cli, source: Stores, target: Stores, { resume = false, json = false }: CopyOptions): Promise<void> {
  await mindTarget(source, target, resume)
  let stopped = false
  let rows = 0
  const forget = cli.onStop(() => { stopped = true })
  const progress = createProgress(cli.stderr, cli.clock)
  const note = (more: number): void => { progress.show(rows += more) }
  try {
    await copyStore(source, target, note, () => !stopped)
    if (stopped) throw new Error('Stopped before all was copied. Run the same command with --resume to go on.')
    const now = cli.clock()
    tell(cli, await digestStore(source, now, note), await digestStore(target, now, note), json)
  } finally {
    forget()
    progress.end()
  }
}

async function contentOf ({ users, persons, signingKeys }: Stores): Promise<{ users: number, persons: number, keys: SigningKey[], empty: boolean }> {
  const found = { users: await users.count({}), persons: (await persons.count({})).found, keys: await signingKeys.list() }
  return { ...found, empty: found.users + found.persons + found.keys.length === 0 }
}

/** Throws an Error in words where there is nothing to copy: a server makes a database of any name that is asked for, a slip too. */
async function mindSource (source: Stores): Promise<void> {
  if ((await contentOf(source)).empty) throw new Error('The source holds no accounts, persons or signing keys. Is its name right? Nothing was written.')
}

/** Throws an Error in words where the target holds what may be worth keeping. */
async function mindTarget (source: Stores, target: Stores, resume: boolean): Promise<void> {
  const { users, persons, keys, empty } = await contentOf(target)
  if (empty) return
  if (!resume) throw new Error(`The target holds ${count(users, 'account')}, ${count(persons, 'person')} and ${count(keys.length, 'signing key')} already. Nothing was written. If that is an earlier copy of the same source, --resume makes it equal to the source.`)
  const known = new Set((await source.signingKeys.list()).map(({ kid }) => kid))
  if (keys.length === 0 || keys.some(({ kid }) => !known.has(kid))) throw new Error('The target is no copy of this source: its signing keys are others. Nothing was written.')
}

function tell (cli: Cli, source: readonly KindDigest[], target: readonly KindDigest[], json: boolean): void {
  const kinds = source.map((one, index) => ({ ...one, copied: JSON.stringify(one) === JSON.stringify(target[index]) }))
  const ok = kinds.every(({ copied }) => copied)
  if (!ok) cli.exitCode = 1
  if (json) return printJson(cli.stdout, { ok, kinds })
  printTable(cli.stdout, ['KIND', 'ROWS', 'SHA-256', ''], kinds.map(({ kind, rows, digest, copied }) => [kind, String(rows), digest, copied ? 'same' : 'DIFFERS']))
  printLine(ok ? cli.stdout : cli.stderr, ok
    ? `Copied ${count(kinds.reduce((sum, { rows }) => sum + rows, 0), 'row')}; both databases hold the same.`
    : 'The two differ: was one of them in use? Stop the service and run the same command with --resume.')
}
