// gatehouse persons import: brings the list of persons of an older server.
import type { Command } from 'commander'
import { personAliases, personFields } from '../imports/person-rows.js'
import { importFile } from './imports/import-command.js'
import { addImportOptions, type ImportOptions } from './imports/import-options.js'
import { createPersonTarget } from './imports/person-target.js'
import type { Cli } from './io.js'

const examples = `
Takes NDJSON, a JSON array, mongoexport's extended JSON (--pretty too) and CSV with a header line, in UTF-8. Members may be
called name or PersonName, personId or PersonId, and so on.

A row whose personId (or id) is in the store is skipped as already there, so running it again does no harm. A row without one
gets its MongoDB _id, or else a key made of its line and content, which the next run of the same file finds again. Of two rows
of one file with the same personId the first counts and the second is refused. Refused rows go to a file, and the exit code is 1. A column that --map names and a CSV
does not have is told before anything is written; of the other formats a member that no row had, at the end, with exit code 1.

Examples:
  gatehouse persons import persons.csv --dry-run
  mongoexport --collection persons | gatehouse persons import - --map name=FullName`

export function addPersonsImport (persons: Command, cli: Cli): void {
  addImportOptions(persons.command('import').description('import persons'), personFields)
    .addHelpText('after', examples)
    .action(async (file: string, options: ImportOptions) => {
      await importFile(cli, {
        nouns: ['person', 'persons'],
        fields: personAliases,
        file,
        options,
        defaultBatch: 1000,
        makeTarget: (_config, stores) => createPersonTarget({ persons: stores.persons, map: options.map ?? new Map(), now: cli.clock(), dryRun: options.dryRun === true })
      })
    })
}
