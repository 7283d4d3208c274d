// docs/COMMAND.md says what the program does, and every command says enough.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { commandDoc, helpOf, leavesOf, nameOf } from '../scripts/command-doc.js'
import { processIo } from '../src/cli/io.js'
import { buildProgram } from '../src/cli/program.js'

const program = buildProgram({ ...processIo(), exitCode: 0 })
const commands = leavesOf(program)
const promised = ['user list', 'user show', 'user create', 'user disable', 'user enable', 'user role', 'user delete', 'user reset-link', 'user import', 'persons import', 'session list', 'session end', 'keys list', 'keys rotate', 'keys retire', 'audit tail', 'store check', 'store copy', 'backup', 'hash calibrate', 'config check']

t.test('docs/COMMAND.md is in step with the program: npm run typescript scripts/write-command-doc.ts', async t => {
  t.equal(readFileSync('docs/COMMAND.md', 'utf8'), commandDoc())
})

t.test('every command that is promised is there, with --json', async t => {
  const names = commands.map(nameOf)
  t.same(promised.filter((name) => !names.includes(name)), [])
  t.same(names.filter((name) => !promised.includes(name)), ['start'])
  for (const command of commands) t.equal(command.options.some(({ long }) => long === '--json'), nameOf(command) !== 'start', nameOf(command))
})

t.test('every command has a description, notes, and examples that use only what it has', async t => {
  for (const command of commands) {
    const { after } = helpOf(command)
    const [notes, examples = ''] = after.split('Examples:\n')
    t.ok(command.description().length > 10 && String(notes).trim().length > 20, nameOf(command))
    const calls = [...examples.matchAll(/gatehouse ((?:[a-z-]+ )?[a-z-]+)([^|;&\n]*)/g)]
    t.ok(calls.some(([, name = '']) => name.startsWith(nameOf(command))), `${nameOf(command)} has an example of itself`)
    for (const [call, name = '', rest = ''] of calls) {
      const called = commands.find((one) => nameOf(one) === name || nameOf(one) === name.split(' ')[0])
      t.ok(called !== undefined, call)
      for (const [flag] of rest.matchAll(/--[a-z-]+/g)) t.ok(called?.options.some(({ long }) => long === flag), `${call}: ${flag}`)
    }
  }
})

t.test('the groups name what is in them', async t => {
  for (const group of program.commands.filter(({ commands }) => commands.length > 0)) {
    const named = group.description().replace(/^.*: /, '').split(', ')
    t.same(named, group.commands.map((command) => command.name()), group.name())
  }
})
