// The text of docs/COMMAND.md: every command with what it does, its arguments and options, and its examples, as the program has them.
import type { Command } from 'commander'
import { processIo } from '../src/cli/io.js'
import { buildProgram } from '../src/cli/program.js'

const head = `# The operator's command

\`gatehouse COMMAND\` where the package is installed, \`npx gatehouse COMMAND\` in the checkout. Made from the program by
\`npm run typescript scripts/write-command-doc.ts\`; \`--help\` prints the same.

**Configuration.** The service's: environment variables, and \`.env\` in the working folder. Commands work on the database that
\`DATABASE_URL\` names, and may run beside the service. What they revoke counts in every running instance within \`REVOCATION_POLL\` (1 s).

**Exit codes.** 0 done · 1 refused or failed · 2 wrong usage. What went wrong is a sentence on standard error, never a stack.

**\`--json\`.** Commands about one thing print one JSON document in a line. Lists and tails (\`user list\`, \`session list\`, \`keys list\`,
\`audit tail\`) print NDJSON: one document a line, nothing for an empty list. Members are added, never renamed. Times are RFC 3339 in UTC.

**Without a terminal.** Nothing waits for a keyboard: a password is the first line of standard input, and what asks before it writes
wants \`--yes\`. Whoever reads only the beginning (\`| head\`) ends a list quietly.

**Secrets.** No password is ever shown, or taken as an argument. Nothing prints a hash, a key or a token, but \`user reset-link\` its link.

**The audit log.** What a command changes about accounts, sessions and keys is a line there, with the actor \`operator\`.
`

export function commandDoc (): string {
  const program = buildProgram({ ...processIo(), exitCode: 0 })
  const commands = leavesOf(program)
  const index = commands.map((command) => `| [\`${nameOf(command)}\`](#${nameOf(command).replaceAll(' ', '-')}) | ${command.description()} |`)
  return [head, '| command | |\n|---|---|', ...index.map((row) => row), '', ...commands.map(section)].join('\n')
}

/** The commands that do something: groups are only names. */
export function leavesOf (command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf)
}

/** `user list`, without the program's own name. */
export function nameOf (command: Command): string {
  const parent = command.parent
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`
}

/** What --help prints, in two parts: what the program knows by itself, and what was written for it. */
export function helpOf (command: Command): { before: string, after: string } {
  let text = ''
  const print = (more: string): void => { text += more }
  command.configureOutput({ writeOut: print, writeErr: print, getOutHelpWidth: () => 100 }).outputHelp()
  const before = command.helpInformation()
  return { before, after: text.slice(before.length).trim() }
}

function section (command: Command): string {
  const { after } = helpOf(command)
  const [notes = '', examples = ''] = after.split(/^Examples:\n/m)
  const rows = [
    ...command.registeredArguments.map((argument) => [argument.name(), argument.description, choicesOf(argument.argChoices, undefined)]),
    ...command.options.filter(({ hidden }) => !hidden).map(({ flags, description, argChoices, defaultValue }) => [flags, description, choicesOf(argChoices, defaultValue)])
  ]
  return [
    `## ${nameOf(command)}`,
    `${sentence(command.description())}`,
    `\`\`\`\ngatehouse ${nameOf(command)} ${command.usage()}\n\`\`\``,
    ...(rows.length === 0 ? [] : [`| | |\n|---|---|\n${rows.map(([what, means, more]) => `| \`${cell(what)}\` | ${cell(means)}${cell(more)} |`).join('\n')}`]),
    escaped(notes.trim()),
    `\`\`\`sh\n${examples.replace(/^ {2}/gm, '').trim()}\n\`\`\`\n`
  ].join('\n\n')
}

function choicesOf (choices: readonly string[] | undefined, preset: unknown): string {
  const facts = [...(choices === undefined ? [] : [choices.join(', ')]), ...(preset === undefined ? [] : [`default ${String(preset)}`])]
  return facts.length === 0 ? '' : ` (${facts.join('; ')})`
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
const cell = (text = ''): string => text.replaceAll('|', '\\|').replaceAll('<', text.startsWith('<') || text.startsWith('-') ? '<' : '&lt;')
const escaped = (text: string): string => text.replaceAll('<', '&lt;')
