// gatehouse store check: whether the database is whole, and this configuration fits it.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Config, loadConfig } from '../config.js'
import { createSealer } from '../seal.js'
import { checkStore, type EngineReport, findingOf } from '../stores/check.js'
import { sqlitePath } from '../stores/open.js'
import { unusableKeys } from '../tokens/key-check.js'
import type { Cli } from './io.js'
import { count, printJson, printLine, printTable } from './print.js'

const examples = `
Writes nothing, makes nothing, and can be run while the service serves. SQLite: PRAGMA quick_check (with --full integrity_check),
references, migrations, tables and indexes. MongoDB: validate in the background (with --full in the foreground, which locks each
collection meanwhile) and every index. Both: whether AUTH_SECRET opens the signing keys, and how many rows there are. Exit code 1
where something has failed; "skipped" is what the server does not let itself be asked.

Examples:
  gatehouse store check
  DATABASE_URL=sqlite:/var/backups/gatehouse.db gatehouse store check --full --json | jq .ok`

export function addStoreCheck (store: Command, cli: Cli): void {
  store.command('check')
    .description('look whether the database is whole')
    .option('--full', 'look at everything, however long it takes')
    .option('--json', 'print { ok, engine, findings: [{ check, result, detail }], counts } as JSON')
    .addHelpText('after', examples)
    .action(async ({ full = false, json }: { full?: boolean, json?: true }) => {
      const config = loadConfig(cli.environment())
      const file = sqlitePath(config.databaseUrl)
      // Opening would make an empty one.
      if (file !== null && !existsSync(file)) throw new Error(`There is no database file ${file}.`)
      const { engine, findings, counts } = withKeys(await checkStore(config.databaseUrl, { full }), config, cli.clock())
      const ok = findings.every(({ result }) => result !== 'failed')
      if (!ok) cli.exitCode = 1
      if (json === true) return printJson(cli.stdout, { ok, engine, findings, counts })
      printTable(cli.stdout, ['CHECK', 'RESULT', ''], findings.map(({ check, result, detail }) => [check, result, detail]))
      printLine(cli.stdout, Object.entries(counts).map(([name, rows]) => `${name} ${rows.toLocaleString('en')}`).join(', '))
      printLine(ok ? cli.stdout : cli.stderr, ok ? 'The database is whole.' : 'Something is wrong with the database. Keep a copy of it as it is before anything else.')
    })
}

function withKeys (report: EngineReport, { authSecret }: Config, now: Date): EngineReport {
  if (report.engine === 'sqlite' && report.findings.at(-1)?.check !== 'tables and indexes') return report
  const faults = unusableKeys(report.signingKeys, createSealer(authSecret, 'signing-keys'), now).map((kid) => `AUTH_SECRET does not open the key ${kid}`)
  return { ...report, findings: [...report.findings, findingOf('signing keys', faults, `${count(report.signingKeys.length, 'key')}; AUTH_SECRET opens what counts`)] }
}
