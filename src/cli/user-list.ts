// gatehouse user list: the accounts, page by page, however many there are.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { presentUserForAdmin } from '../schemas/administration.js'
import { type Role, roles, type User } from '../stores/stores.js'
import { nameOf } from './find-user.js'
import type { Cli } from './io.js'
import { createTable, printJson } from './print.js'
import { withServices } from './services.js'

const examples = `
In the order in which they were made. What is piped into head ends when head has enough.

Examples:
  gatehouse user list --role admin
  gatehouse user list --q ada@ --json | jq -r .id
  gatehouse user list --disabled --limit 20`

interface ListOptions { q?: string, role?: Role, disabled?: true, enabled?: true, limit?: number, json?: true }

const pageRows = 200

export function addUserList (user: Command, cli: Cli): void {
  user.command('list')
    .description('list accounts')
    .option('--q <text>', 'only those whose e-mail, username, first or last name begins with it', readBeginning)
    .addOption(new Option('--role <role>', 'only those with this role').choices(roles))
    .option('--disabled', 'only those that are disabled')
    .addOption(new Option('--enabled', 'only those that are not').conflicts('disabled'))
    .option('--limit <number>', 'at most so many', readCount)
    .option('--json', 'print NDJSON, one account a line')
    .addHelpText('after', examples)
    .action(async ({ q, role, disabled, enabled, limit = Infinity, json }: ListOptions) => {
      const standing = disabled === true || enabled === true ? { disabled: disabled === true } : {}
      const table = createTable(cli.stdout, [['ID', 36], ['ROLE', 7], ['STATE', 8], ['MADE', 24], ['LAST LOG-IN', 24], ['NAME', 0]])
      const print = (one: User): void => {
        if (json === true) printJson(cli.stdout, presentUserForAdmin(one))
        else table.row([one.id, one.role, one.disabled ? 'disabled' : 'enabled', one.createdAt.toISOString(), one.lastLoginAt?.toISOString() ?? '-', nameOf(one)])
      }
      await withServices(cli, async ({ administration }) => {
        const query = { ...(q !== undefined && { q }), ...(role !== undefined && { role }), ...standing }
        let left = limit
        let cursor: string | null | undefined
        while (cursor !== null && left > 0 && cli.stdout.gone !== true) {
          const page = await administration.listUsers({ ...query, limit: Math.min(pageRows, left), ...(cursor !== undefined && { cursor }) })
          page.items.forEach(print)
          left -= page.items.length
          cursor = page.nextCursor
        }
      })
    })
}

/** With an empty one, as of a variable that is not set, it would be the list of everybody. */
function readBeginning (text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

/** A count as an option gives it. */
export function readCount (text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 999999.')
  return Number(text)
}
