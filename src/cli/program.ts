// The tree of commands, and what becomes of their faults.
import { Command } from 'commander'
import { about } from '../about.js'
import { addAuditTail } from './audit-tail.js'
import { addBackup } from './backup.js'
import { addConfigCheck } from './config-check.js'
import { faultOf } from './faults.js'
import { addHashCalibrate } from './hash-calibrate.js'
import type { Cli, Io } from './io.js'
import { addKeysList } from './keys-list.js'
import { addKeysRetire, kidsApart } from './keys-retire.js'
import { addKeysRotate } from './keys-rotate.js'
import { addPersonsImport } from './persons-import.js'
import { printLine } from './print.js'
import { addSessionEnd } from './session-end.js'
import { addSessionList } from './session-list.js'
import { addStart } from './start.js'
import { addStoreCheck } from './store-check.js'
import { addStoreCopy } from './store-copy.js'
import { addUserChanges } from './user-change.js'
import { addUserCreate } from './user-create.js'
import { addUserDelete } from './user-delete.js'
import { addUserImport } from './user-import.js'
import { addUserList } from './user-list.js'
import { addUserResetLink } from './user-reset-link.js'
import { addUserShow } from './user-show.js'

const epilogue = `
The configuration is the service's: environment variables, and .env in the working folder. See .env.example, and
\`gatehouse config check\`. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

A first admin:
  gatehouse user create --email ada@example.com --role admin`

/** Runs one command line (without node and script). Answers the exit code; never rejects. */
export async function runCli (args: readonly string[], io: Io): Promise<0 | 1 | 2> {
  const cli: Cli = { ...io, exitCode: 0 }
  try {
    await buildProgram(cli).parseAsync(kidsApart(args), { from: 'user' })
    return cli.exitCode
  } catch (error) {
    const { lines, exitCode } = faultOf(error)
    for (const line of lines) printLine(io.stderr, line)
    return exitCode
  }
}

/** The whole tree, over what `cli` says the world is. */
export function buildProgram (cli: Cli): Command {
  const program = new Command('gatehouse')
    .description('Accounts and tokens for an app: the service, and what its operator needs.')
    .version(about.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', epilogue)
    .exitOverride()
    .configureOutput({ writeOut: (text) => cli.stdout.write(text), writeErr: (text) => cli.stderr.write(text), getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 })
    .showSuggestionAfterError()
    .showHelpAfterError('Add --help to see how it is used.')
  addStart(program)
  const group = (name: string, description: string): Command => program.command(name).description(description).helpCommand(false)
  const user = group('user', 'accounts: list, show, create, import, disable, enable, role, delete, reset-link')
  addUserList(user, cli)
  addUserShow(user, cli)
  addUserCreate(user, cli)
  addUserImport(user, cli)
  addUserChanges(user, cli)
  addUserDelete(user, cli)
  addUserResetLink(user, cli)
  const session = group('session', 'log-ins: list, end')
  addSessionList(session, cli)
  addSessionEnd(session, cli)
  addPersonsImport(group('persons', 'the list of persons: import'), cli)
  const keys = group('keys', 'the keys that sign access tokens: list, rotate, retire')
  addKeysList(keys, cli)
  addKeysRotate(keys, cli)
  addKeysRetire(keys, cli)
  addAuditTail(group('audit', 'the audit log: tail'), cli)
  const store = group('store', 'the database: check, copy')
  addStoreCheck(store, cli)
  addStoreCopy(store, cli)
  addBackup(program, cli)
  addHashCalibrate(group('hash', 'password hashing: calibrate'), cli)
  addConfigCheck(group('config', 'the configuration: check'), cli)
  return program
}
