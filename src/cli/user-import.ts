// gatehouse user import: brings the accounts of an older server, with their password hashes.
import type { Command } from 'commander'
import { userAliases, userFields } from '../imports/user-rows.js'
import { createPasswordHasher } from '../passwords/hasher.js'
import { importFile } from './imports/import-command.js'
import { addImportOptions, type ImportOptions } from './imports/import-options.js'
import { createUserTarget } from './imports/user-target.js'
import type { Cli } from './io.js'

const examples = `
Takes NDJSON, a JSON array, mongoexport's extended JSON (--pretty too) and CSV with a header line, in UTF-8. A member \`password\`
that holds a bcrypt or argon2id hash is taken as one. Roles Client, Manager and Admin are taken in any case.

A row whose e-mail address, username or id is in the store is skipped as already there, so running it again does no harm. A
username that belongs to an account with another address is refused. Of two rows of one file with the same name the first
counts and the second is refused.

A row with neither a password nor a hash is refused, unless --without-passwords says that such accounts are meant; the summary counts
them. Where --map names the member of the password or its hash, a row must have it, be it null or empty. A column that --map names
and a CSV does not have is told before anything is written; of the other formats a member that no row had, at the end.

Refused rows go to a file, and the exit code is 1. It has the line and the reasons, and of the row what finds it again: the values of
known members that are no secret; of all others, and of what has the shape of a hash, only the names (notShown). In a JSON array
"line" means the element, counted from 1.

Examples:
  mongoexport --collection users --out users.ndjson && gatehouse user import users.ndjson --dry-run
  gatehouse user import users.csv --map email=UserName,passwordHash=password
  zcat users.json.gz | gatehouse user import - --rejects refused.ndjson --json
  gatehouse user import old-users.csv --plain-passwords    (hashes about 40 a second and core)`

export function addUserImport (user: Command, cli: Cli): void {
  addImportOptions(user.command('import').description('import accounts with their password hashes'), userFields)
    .option('--plain-passwords', 'take passwords in plain text too, and hash them')
    .option('--without-passwords', 'take accounts without a password too; their owners set one by a reset link')
    .addHelpText('after', examples)
    .action(async (file: string, options: ImportOptions & { plainPasswords?: true, withoutPasswords?: true }) => {
      const plain = options.plainPasswords === true
      await importFile(cli, {
        nouns: ['user', 'users'],
        fields: userAliases,
        file,
        options,
        // A batch that is hashed should not take longer than Ctrl-C can wait.
        defaultBatch: plain ? 100 : 1000,
        makeTarget: ({ argon2, hashing }, { users }, batchSize) => createUserTarget({
          users,
          map: options.map ?? new Map(),
          now: cli.clock(),
          dryRun: options.dryRun === true,
          hasher: plain ? createPasswordHasher({ argon2, slots: hashing.slots, queue: batchSize }) : null,
          withoutPasswords: options.withoutPasswords === true
        })
      })
    })
}
