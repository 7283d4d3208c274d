// gatehouse backup: a copy of the SQLite file, made while the service runs.
import { existsSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { loadConfig } from '../config.js'
import { sqlitePath } from '../stores/open.js'
import { UsageError } from './faults.js'
import type { Cli } from './io.js'
import { count, printJson, printLine } from './print.js'

const examples = `
The copy shows one moment and is a database file of its own: to go back, stop the service and put it in the place of the file,
without the -wal and -shm files beside that. It holds password hashes and sealed keys: keep it as safe as the database.
AUTH_SECRET is not in it. For MongoDB use mongodump, or snapshots of its volumes.

Until the copy is whole it has .part behind its name. A backup that is interrupted leaves such a file, at times with one that has
-journal behind its name too, and none of the same name is made until somebody removes it.

Examples:
  gatehouse backup /var/backups/gatehouse-$(date +%F).db
  gatehouse backup ./before-the-update.db --json`

export function addBackup (program: Command, cli: Cli): void {
  program.command('backup')
    .description('copy the SQLite database to a file while the service runs')
    .argument('<file>', 'the file to make; it must not exist')
    .option('--json', 'print { file, bytes } as JSON')
    .addHelpText('after', examples)
    .action(async (file: string, { json }: { json?: true }) => {
      if (file.trim() === '') throw new UsageError('The name of the file to make is empty.')
      const path = sqlitePath(loadConfig(cli.environment()).databaseUrl)
      if (path === null) throw new Error('The database is MongoDB: use mongodump, or snapshots of its volumes.')
      if (!existsSync(path)) throw new Error(`There is no database file ${path}.`)
      const { backUp } = await import('../stores/sqlite/backup.js')
      backUp(path, file)
      const bytes = statSync(file).size
      if (json === true) printJson(cli.stdout, { file, bytes })
      else printLine(cli.stdout, `Copied the database to ${file} (${count(bytes, 'byte')}).`)
    })
}
