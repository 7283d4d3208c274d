// gatehouse session list: where an account is logged in.
import type { Command } from 'commander'
import { findUser, userArgument } from './find-user.js'
import type { Cli } from './io.js'
import { createTable, printJson, printLine } from './print.js'
import { withServices } from './services.js'

const examples = `
Only those that live, last used first.

Examples:
  gatehouse session list ada@example.com
  gatehouse session list ada --json | jq -r 'select(.ip == "192.0.2.7").id' | xargs -n 1 gatehouse session end`

export function addSessionList (session: Command, cli: Cli): void {
  session.command('list')
    .description('list the live sessions of an account')
    .argument('<user>', userArgument)
    .option('--json', 'print NDJSON, one session a line')
    .addHelpText('after', examples)
    .action(async (name: string, { json }: { json?: true }) => {
      const live = await withServices(cli, async ({ administration }, stores) => await administration.listSessions((await findUser(stores, name)).id))
      if (json === true) return live.forEach(({ id, userId, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => { printJson(cli.stdout, { id, userId, createdAt, lastUsedAt, expiresAt, ip, userAgent }) })
      if (live.length === 0) return printLine(cli.stdout, 'It is logged in nowhere.')
      const table = createTable(cli.stdout, [['ID', 36], ['BEGUN', 24], ['LAST USED', 24], ['EXPIRES', 24], ['ADDRESS', 15], ['PROGRAM', 0]])
      for (const one of live) table.row([one.id, one.createdAt.toISOString(), one.lastUsedAt.toISOString(), one.expiresAt.toISOString(), one.ip ?? '-', one.userAgent ?? '-'])
    })
}
