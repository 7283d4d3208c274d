// docs/AUTHORITY.md leaves no operation out. That it tells the truth is shown by npm run prove -- --only authority.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { actors } from '../proof/authority.js'
import { operations } from '../proof/operations.js'

const page = readFileSync(new URL('../docs/AUTHORITY.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `(.+?)` \|(.+)\|$/gm)].map(([, name, cells = '']) => ({ name: String(name), cells: cells.split('|').map(Number) }))

t.test('every operation of openapi.yaml has its line, in that order, and no other has one', async (t) => {
  t.ok(operations.length > 30)
  t.same(rows.map(({ name }) => name), operations.map(({ name }) => name))
})

t.test('every line has a status for everybody', async (t) => {
  for (const { name, cells } of rows) {
    t.equal(cells.length, actors.length, name)
    t.ok(cells.every((status) => status >= 200 && status < 500), name)
  }
})
