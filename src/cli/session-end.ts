// gatehouse session end: logs somebody out, of one session or of all.
import type { Command } from 'commander'
import { isServiceError } from '../errors.js'
import { UsageError } from './faults.js'
import { findUser, nameOf } from './find-user.js'
import type { Cli } from './io.js'
import { printJson, printLine } from './print.js'
import { operator, withServices } from './services.js'

const examples = `
Its access tokens count no more in any running instance within REVOCATION_POLL (1 s), and its refresh token never again.

Examples:
  gatehouse session end 0198c2f4-7d1e-7cc3-98c4-dc0c0c07398f
  gatehouse session end --user ada@example.com --json`

export function addSessionEnd (session: Command, cli: Cli): void {
  session.command('end')
    .description('end a session, or all of an account')
    .argument('[id]', 'the session, as session list shows it')
    .option('--user <user>', 'all sessions of this account (id, e-mail address or username)')
    .option('--json', 'print { userId, sessionId, ended } as JSON; sessionId is null for all')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, { user: name, json }: { user?: string, json?: true }) => {
      if ((id === undefined) === (name === undefined)) throw new UsageError('Name one session, or with --user an account.')
      const { userId, says } = id !== undefined ? await endOne(cli, id) : await endAll(cli, String(name))
      if (json === true) printJson(cli.stdout, { userId, sessionId: id ?? null, ended: true })
      else printLine(cli.stdout, says)
    })
}

async function endOne (cli: Cli, id: string): Promise<{ userId: string, says: string }> {
  return await withServices(cli, async ({ administration }) => {
    try {
      const userId = await administration.endSession(id, operator)
      return { userId, says: `Ended the session ${id} of the account ${userId}.` }
    } catch (error) {
      if (isServiceError(error, 'not_found')) throw new Error('There is no such session, or it has ended. See gatehouse session list.', { cause: error })
      throw error
    }
  })
}

async function endAll (cli: Cli, name: string): Promise<{ userId: string, says: string }> {
  return await withServices(cli, async ({ administration }, stores) => {
    const found = await findUser(stores, name)
    await administration.endSessions(found.id, operator)
    return { userId: found.id, says: `Ended all sessions of ${nameOf(found)}.` }
  })
}
