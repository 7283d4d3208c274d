// gatehouse user show: one account.
import type { Command } from 'commander'
import { presentUserForAdmin } from '../schemas/administration.js'
import { findUser, userArgument } from './find-user.js'
import type { Cli } from './io.js'
import { plain, printJson, printLine } from './print.js'
import { withServices } from './services.js'

const examples = `
Neither a password nor its hash is ever shown.

Examples:
  gatehouse user show ada@example.com
  gatehouse user show ada --json | jq .disabled`

export function addUserShow (user: Command, cli: Cli): void {
  user.command('show')
    .description('show an account')
    .argument('<user>', userArgument)
    .option('--json', 'print the account as JSON, with liveSessions')
    .addHelpText('after', examples)
    .action(async (name: string, { json }: { json?: true }) => {
      const shown = await withServices(cli, async ({ administration }, stores) => {
        const found = await findUser(stores, name)
        return { ...presentUserForAdmin(found), liveSessions: (await administration.listSessions(found.id)).length }
      })
      if (json === true) return printJson(cli.stdout, shown)
      for (const [member, value] of Object.entries(shown)) printLine(cli.stdout, `${`${member}:`.padEnd(15)}${plain(String(value ?? '-'))}`)
    })
}
