// gatehouse user delete: removes an account with all that hangs on it.
import type { Command } from 'commander'
import { confirm } from './confirm.js'
import { findUser, nameOf, userArgument } from './find-user.js'
import type { Cli } from './io.js'
import { printJson, printLine } from './print.js'
import { operator, withServices } from './services.js'

const examples = `
Its sessions and tokens die with it, in every running instance within REVOCATION_POLL (1 s). What the audit log has about it
stays until its time is over. The last admin is refused. To keep the account and lock it: gatehouse user disable.

Examples:
  gatehouse user delete ada@example.com
  gatehouse user delete 0198c2f4-7d1e-7cc3-98c4-dc0c0c07398f --yes --json`

export function addUserDelete (user: Command, cli: Cli): void {
  user.command('delete')
    .description('delete an account; asks first')
    .argument('<user>', userArgument)
    .option('--yes', 'do not ask; needed where there is no terminal')
    .option('--json', 'print { id, email, username, deleted } as JSON')
    .addHelpText('after', examples)
    .action(async (name: string, { yes, json }: { yes?: true, json?: true }) => {
      const { id, email, username } = await withServices(cli, async ({ administration }, stores) => {
        const found = await findUser(stores, name)
        if (yes !== true) await confirm(cli, `Delete ${nameOf(found)} (${found.role}, id ${found.id}) for good?`)
        await administration.removeUser(found.id, operator)
        return found
      })
      if (json === true) printJson(cli.stdout, { id, email, username, deleted: true })
      else printLine(cli.stdout, `Deleted ${nameOf({ email, username })} (id ${id}); its sessions have ended.`)
    })
}
