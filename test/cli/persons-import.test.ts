// gatehouse persons import.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Person } from '../../src/stores/stores.js'
import { createKeptCli, inStores, type TestCli } from './support.js'

const all = async (cli: TestCli): Promise<Person[]> => await inStores(cli, async ({ persons }) => await persons.page({ sort: 'name', after: null, limit: 100 }))
const csv = 'PersonId,PersonName,Email,Age\nP-1,Ada,ada@example.com,36\nP-2,Grace,,85\nP-1,Ada again,,\nP-3,,,\n'

t.test('rows become persons; a second run finds them; the first of two alike counts', async t => {
  const dir = t.testdir({ 'persons.csv': csv })
  const cli = await createKeptCli(join(dir, 'data'))
  const path = join(dir, 'persons.csv')
  t.match(await cli.run(['persons', 'import', path]), { code: 1, out: /^Imported 2 persons: 4 rows read, 0 already there, 2 refused/ })
  t.match(await all(cli), [{ personId: 'P-1', name: 'Ada', age: 36, version: 1 }, { personId: 'P-2', name: 'Grace', email: null }])
  t.match(readFileSync(`${path}.rejected.ndjson`, 'utf8'), /"line":4,"reasons":\["personId: the row of line 2 has the same one[^]*"line":5/)
  t.match(await cli.run(['persons', 'import', path]), { code: 1, out: /^Imported 0 persons: 4 rows read, 2 already there, 2 refused/ })
})

t.test('persons without a key are not doubled by a second run', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'
  const rows = [{ name: 'Ada' }, { name: 'Ada' }, { name: 'Grace', _id: { $oid: '5c0dc18d349bc9479600c171' } }, { name: 'Joan', id }, { name: 'Mary', _id: 'not a key' }].map((row) => JSON.stringify(row)).join('\n')
  t.match(await cli.run(['persons', 'import', '-'], rows), { code: 0, out: /^Imported 5 persons/ })
  t.match(await cli.run(['persons', 'import', '-'], rows), { code: 0, out: /^Imported 0 persons: 5 rows read, 5 already there/ })
  t.match((await all(cli)).map(({ personId }) => personId), [/^import-/, /^import-/, '5c0dc18d349bc9479600c171', id, /^import-/])
})

t.test('a trial run knows what the store has, however much that is', async t => {
  const dir = t.testdir({})
  const cli = await createKeptCli(dir)
  const rows = Array.from({ length: 1001 }, (_, index) => JSON.stringify({ personId: `P-${index}`, name: 'Ada' }))
  t.match(await cli.run(['persons', 'import', '-', '--dry-run'], rows.join('\n')), { code: 0, out: /^Would import 1,001 persons/ })
  t.match(await cli.run(['persons', 'import', '-'], rows.join('\n')), { code: 0, out: /^Imported 1,001 persons/ })
  t.match(await cli.run(['persons', 'import', '-', '--dry-run'], [...rows.slice(0, 500), '{"personId":"new","name":"Grace"}', ...rows.slice(500)].join('\n')), { code: 0, out: /^Would import 1 person .* 1,001 already there/ })
})
