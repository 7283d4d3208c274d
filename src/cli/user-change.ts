// gatehouse user disable, enable and role: what an admin may change of an account.
import { Argument, type Command } from 'commander'
import type { AdminPatch } from '../administration.js'
import { presentUserForAdmin } from '../schemas/administration.js'
import { type Role, roles } from '../stores/stores.js'
import { findUser, nameOf, userArgument } from './find-user.js'
import type { Cli } from './io.js'
import { printJson, printLine } from './print.js'
import { operator, withServices } from './services.js'

const disableExamples = `
Its sessions end, its tokens count no more in any running instance within REVOCATION_POLL (1 s), and nobody logs in to it until it
is enabled again. The last admin is refused.

Examples:
  gatehouse user disable ada@example.com
  gatehouse user disable kiosk-7 --json`

const enableExamples = `
Sessions that ended stay ended: its owner logs in again.

Examples:
  gatehouse user enable ada@example.com
  gatehouse user list --disabled --json | jq -r .id | xargs -n 1 gatehouse user enable`

const roleExamples = `
Access tokens that carry the role of before count no more within REVOCATION_POLL (1 s); the sessions stay, and the next refresh
carries the new role. The last admin is refused.

Examples:
  gatehouse user role ada@example.com manager
  gatehouse user role ada admin --json`

export function addUserChanges (user: Command, cli: Cli): void {
  user.command('disable')
    .description('disable an account, and end its sessions at once')
    .argument('<user>', userArgument)
    .option('--json', 'print the account as JSON')
    .addHelpText('after', disableExamples)
    .action(async (name: string, options: { json?: true }) => {
      await change(cli, name, { disabled: true }, options, (who) => `Disabled ${who}; its sessions have ended.`)
    })

  user.command('enable')
    .description('let a disabled account log in again')
    .argument('<user>', userArgument)
    .option('--json', 'print the account as JSON')
    .addHelpText('after', enableExamples)
    .action(async (name: string, options: { json?: true }) => {
      await change(cli, name, { disabled: false }, options, (who) => `Enabled ${who}.`)
    })

  user.command('role')
    .description('give an account another role')
    .argument('<user>', userArgument)
    .addArgument(new Argument('<role>', 'what it may do').choices(roles))
    .option('--json', 'print the account as JSON')
    .addHelpText('after', roleExamples)
    .action(async (name: string, role: Role, options: { json?: true }) => {
      await change(cli, name, { role }, options, (who) => `${who} is ${role} now.`)
    })
}

async function change (cli: Cli, name: string, patch: AdminPatch, { json }: { json?: true }, say: (who: string) => string): Promise<void> {
  const changed = await withServices(cli, async ({ administration }, stores) => await administration.changeUser((await findUser(stores, name)).id, patch, operator))
  if (json === true) printJson(cli.stdout, presentUserForAdmin(changed))
  else printLine(cli.stdout, say(nameOf(changed)))
}
