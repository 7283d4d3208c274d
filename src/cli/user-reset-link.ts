// gatehouse user reset-link: a link by which the owner of an account sets a new password.
import type { Command } from 'commander'
import { findUser, nameOf, userArgument } from './find-user.js'
import type { Cli } from './io.js'
import { mindSecret } from './mind-secret.js'
import { printJson, printLine } from './print.js'
import { operator, withServices } from './services.js'

const examples = `
The link is printed for you to hand over, and works once, for PASSWORD_RESET_TTL. Whoever has it owns the account: it is printed
nowhere else. With --mail it goes to the account's address instead, and you do not see it; the running service sends it.
Nobody else can choose a password for the owner, an operator neither.

Examples:
  gatehouse user reset-link ada@example.com --mail
  gatehouse user reset-link kiosk-7 --json | jq -r .url`

export function addUserResetLink (user: Command, cli: Cli): void {
  user.command('reset-link')
    .description('make a link that sets a new password')
    .argument('<user>', userArgument)
    .option('--mail', 'mail it to the owner and print nothing of it')
    .option('--json', 'print { id, url, expiresAt }, or { id, mailed }, as JSON')
    .addHelpText('after', examples)
    .action(async (name: string, { mail, json }: { mail?: true, json?: true }) => {
      const made = await withServices(cli, async ({ recovery, issueResetLink }, stores, config) => {
        const found = await findUser(stores, name)
        if (mail !== true) return { found, link: await issueResetLink(found.id, operator) }
        if (found.disabled) throw new Error('This account is disabled. First: gatehouse user enable.')
        await mindSecret(stores, config, cli.clock())
        await recovery.adminReset(found.id, operator.actorId)
        return { found, link: null }
      })
      tell(cli, made.found.id, nameOf(made.found), made.link, json === true)
    })
}

function tell (cli: Cli, id: string, who: string, link: { url: string, until: Date } | null, json: boolean): void {
  if (json) return printJson(cli.stdout, link === null ? { id, mailed: true } : { id, url: link.url, expiresAt: link.until })
  if (link === null) return printLine(cli.stdout, `The link goes to ${who} by mail as soon as the service runs.`)
  printLine(cli.stderr, `For ${who}, once, until ${link.until.toISOString()}:`)
  printLine(cli.stdout, link.url)
}
