// gatehouse user create: makes an account, the first admin above all.
import type { TString } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { PersonName, Phone, Username } from '../schemas/fields.js'
import { presentUser } from '../schemas/user.js'
import { type Role, roles, type User } from '../stores/stores.js'
import { canonicalEmail } from '../text.js'
import { UsageError } from './faults.js'
import type { Cli } from './io.js'
import { mindSecret } from './mind-secret.js'
import { readPassword } from './password.js'
import { printJson, printLine } from './print.js'
import { operator, withServices } from './services.js'

const examples = `
The password is asked for on the terminal, twice and without echo. Without a terminal, or with --password-stdin, it is the
first line of standard input. It is never an argument: those are in the shell's history and in the list of processes.

Examples:
  gatehouse user create --email ada@example.com --role admin
  openssl rand -base64 18 | tee /dev/stderr | gatehouse user create --email ada@example.com --verified --password-stdin
  gatehouse user create --username kiosk-7 --json < password.txt`

interface CreateOptions {
  email?: string, username?: string, firstName?: string, lastName?: string, phone?: string
  role: Role, verified?: true, passwordStdin?: true, password?: unknown, json?: true
}

export function addUserCreate (user: Command, cli: Cli): void {
  user.command('create')
    .description('make an account')
    .option('--email <address>', 'its e-mail address', readEmail)
    .option('--username <name>', 'its username (with or in place of an address)', fits(Username, '3 to 64 letters, digits, dots, hyphens or underscores'))
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).default('client'))
    .option('--first-name <name>', 'first name', fits(PersonName, '1 to 100 characters'))
    .option('--last-name <name>', 'last name', fits(PersonName, '1 to 100 characters'))
    .option('--phone <number>', 'telephone number', fits(Phone, '3 to 32 digits, spaces or + ( ) . / -'))
    .option('--verified', 'the e-mail address is known to be theirs')
    .option('--password-stdin', 'read the password as one line from standard input')
    .option('--json', 'print the account as JSON')
    .addOption(new Option('--password [value]').hideHelp())
    .addHelpText('after', examples)
    .action(async (options: CreateOptions) => {
      const made = await createUser(options, cli)
      if (options.json === true) printJson(cli.stdout, presentUser(made))
      else printLine(cli.stdout, `Made the account ${String(made.email ?? made.username)} (${made.role}, id ${made.id}).`)
    })
}

async function createUser ({ email, username, firstName, lastName, phone, role, verified, passwordStdin, password: argument }: CreateOptions, cli: Cli): Promise<User> {
  if (argument !== undefined) throw new UsageError('A password is never an argument: others see it in the list of processes and in the shell\'s history. Leave --password out to be asked for it, or pipe it in with --password-stdin. Change the one you have just typed wherever it is in use.')
  if (email === undefined && username === undefined) throw new UsageError('An account needs --email, --username or both.')
  if (verified === true && email === undefined) throw new UsageError('--verified needs --email.')
  return await withServices(cli, async ({ accounts, administration }, stores, config) => {
    if (email !== undefined) await mindSecret(stores, config, cli.clock())
    const password = await readPassword(cli, passwordStdin === true)
    const { user: made } = await accounts.register({ email: email ?? null, username, firstName, lastName, phone, password, role }, operator.device, operator.actorId)
    return verified === true ? await administration.changeUser(made.id, { emailVerified: true }, operator) : made
  })
}

function readEmail (text: string): string {
  const email = canonicalEmail(text)
  if (email === null) throw new InvalidArgumentError('This is not an e-mail address.')
  return email
}

function fits (schema: TString, expects: string): (text: string) => string {
  return (text) => {
    if (!Value.Check(schema, text)) throw new InvalidArgumentError(`It must be ${expects}.`)
    return text
  }
}
