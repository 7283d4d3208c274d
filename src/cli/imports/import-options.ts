// The options that all imports share.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type FieldMap, parseFieldMap } from '../../imports/map-fields.js'
import { type RowFormat, rowFormats } from '../../imports/read-rows.js'

export interface ImportOptions {
  format: RowFormat
  map?: FieldMap
  dryRun?: true
  rejects?: string
  batch?: number
  json?: true
}

const largestBatch = 10_000

/** `fields` are those that --map may name. */
export function addImportOptions (command: Command, fields: readonly string[]): Command {
  return command
    .argument('<file>', 'the file, or - for standard input')
    .addOption(new Option('--format <format>', 'what it is written in; auto looks at its beginning').choices(rowFormats).default('auto'))
    .option('--map <pairs>', `which member is which field, e.g. email=Mail,createdAt=Since. Fields: ${fields.join(', ')}`, (text) => readMap(text, fields))
    .option('--dry-run', 'check every row, against the store too, and write nothing')
    .option('--rejects <file>', 'where refused rows go, if any (default: FILE.rejected.ndjson; from standard input ./stdin.rejected.ndjson)', readPath)
    .option('--batch <rows>', 'rows brought in at once', readBatch)
    .option('--json', 'print the summary as JSON')
}

function readMap (text: string, fields: readonly string[]): FieldMap {
  const { map, fault } = parseFieldMap(text, fields)
  if (fault !== undefined) throw new InvalidArgumentError(fault)
  return map
}

/** Told before anything is written, not at the first row that is refused. */
function readPath (text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must name a file.')
  return text
}

function readBatch (text: string): number {
  const batch = Number(text)
  if (!/^\d+$/.test(text) || batch < 1 || batch > largestBatch) throw new InvalidArgumentError(`It must be a whole number from 1 to ${largestBatch}.`)
  return batch
}
