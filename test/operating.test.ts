// docs/OPERATING.md names commands and options that there are, metrics that are told, and links that lead somewhere.
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
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
