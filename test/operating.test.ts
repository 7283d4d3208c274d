// docs/OPERATING.md names commands and options that there are, metrics that are told, and links that lead somewhere; and its function
// for the systemd unit starts what the unit starts.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { indexRows } from '../src/stores/mongo/indexes.js'
import { migrations } from '../src/stores/sqlite/migrations.js'
import { createTestApp } from './helpers/app.js'
import { metricsToken, scrape } from './metrics/scrape.js'

const docs = new URL('../docs/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, docs), 'utf8')
const text = read('OPERATING.md')
/** The sections of COMMAND.md, which is made from the program, by command. */
const commands = new Map(read('COMMAND.md').split(/^## /m).slice(1).map((section) => [section.slice(0, section.indexOf('\n')), section]))
const blocks = [...text.matchAll(/```(?:sh|console)\n([^]*?)```/g)].map(([, block = '']) => block)
const calls = blocks.flatMap((block) => [...block.matchAll(/gatehouse ([a-z].*?)(?= \||$)/gm)].map(([, call = '']) => call))
const { client } = await createTestApp(t, { environment: { METRICS_TOKEN: metricsToken } })
const told = new Set((await scrape({ client })).map(({ name }) => name.replace(/_(bucket|count|sum)$/, '')))

t.test('every command in it is one of the program, with its options', async (t) => {
  t.ok(calls.length > 25)
  for (const call of calls) {
    const section = [...commands].find(([name]) => call === name || call.startsWith(`${name} `))?.[1] ?? ''
    t.not(section, '', call)
    for (const [option] of call.matchAll(/--[a-z-]+/g)) t.match(section, new RegExp(`${option}[ \`]`), call)
  }
})

t.test('every metric in it is told, and every one of ours is in it', async (t) => {
  const rows = text.split('\n').filter((line) => line.startsWith('| `gatehouse_'))
  const named = rows.flatMap((row) => {
    const names = [...(row.split('|')[1] ?? '').matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name).filter((name) => name !== '_count')
    // `_running` after `gatehouse_hashing_slots` stands for gatehouse_hashing_running, and so on.
    const group = names.some((name) => name === '_running') ? 'gatehouse_hashing' : names[0] ?? ''
    return names.map((name) => name.startsWith('_') ? group + name : name)
  })
  t.same([...new Set(named)].sort(), [...told].filter((name) => name.startsWith('gatehouse_')).sort())
})

t.test('its links lead to files', async (t) => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link)
  t.ok(links.length > 3)
  for (const link of links) t.ok(existsSync(new URL(link, docs)), link)
})

t.test('what the check of a store prints in it is what is printed now', async (t) => {
  t.same([...text.matchAll(/^migrations +ok +version (\d+)$/gm)].map(([, version]) => Number(version)), [migrations.length])
  t.same([...text.matchAll(/^indexes +ok +(\d+) as this program makes them$/gm)].map(([, count]) => Number(count)), [indexRows.length])
})

t.test('the command under systemd has what the unit has, and arguments come through both shells as they are', async (t) => {
  const unit = read('../deploy/gatehouse.service')
  const block = blocks.find((one) => one.includes('systemd-run')) ?? ''
  const define = block.slice(0, block.indexOf('\n}\n') + 3)
  /** What systemd-run is given, one argument an element. */
  const given = (call: string, environment = {}): string[] => {
    const script = `systemd-run () { printf '%s\\0' "$@"; }\n${define}${call}`
    return execFileSync('bash', ['-c', script], { env: { PATH: process.env.PATH, ...environment }, encoding: 'utf8' }).split('\0').slice(0, -1)
  }
  /** What systemd makes of a command's argument: `$$` is `$`, `${NAME}` a variable (systemd.service(5), Command lines). */
  const expanded = (argument: string): string => argument.replace(/\$(?:\$|\{(\w+)\})/g, (_, name: string | undefined) => name === undefined ? '$' : `<${name}>`)
  const commandOf = (args: string[]): string[] => args.slice(args.indexOf('/usr/bin/env')).map(expanded)

  const properties = given('gatehouse keys list').filter((_, index, all) => all[index - 1] === '-p')
  t.same(properties.filter((property) => property.includes('%')), [], 'specifiers are not filled in by systemd-run')
  for (const name of ['User', 'EnvironmentFile', 'LoadCredential', 'WorkingDirectory']) {
    t.same(properties.filter((property) => property.startsWith(`${name}=`)), [new RegExp(`^${name}=.*$`, 'm').exec(unit)?.[0]])
  }
  const variables = (lines: string[]): string[] => lines.flatMap((line) => line.replace(/^Environment=/, '').split(' ')).filter((one) => !one.startsWith('AUTH_SECRET_FILE=')).sort()
  t.same(variables(properties.filter((one) => one.startsWith('Environment='))), variables(unit.match(/^Environment=.*$/gm) ?? []))

  const start = ['/usr/bin/node', 'bin/gatehouse.cjs']
  const secret = 'AUTH_SECRET_FILE=<CREDENTIALS_DIRECTORY>/auth-secret'
  t.same(commandOf(given('gatehouse keys list')), ['/usr/bin/env', secret, ...start, 'keys', 'list'])
  t.same(commandOf(given(`gatehouse user create --first-name '$HOME \${HOME} $$ "' ''`)).slice(4), ['user', 'create', '--first-name', '$HOME ${HOME} $$ "', ''])
  const elsewhere = { DATABASE_URL: 'mongodb://ada:pa$word@db/gatehouse' }
  t.same(commandOf(given('gatehouse store check', elsewhere)), ['/usr/bin/env', secret, `DATABASE_URL=${elsewhere.DATABASE_URL}`, ...start, 'store', 'check'])
})
