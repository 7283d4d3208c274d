// The pages about the dialects: what they tell people to type can be typed.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseFieldMap } from '../../../src/imports/map-fields.js'
import { personFields } from '../../../src/imports/person-rows.js'
import { userFields } from '../../../src/imports/user-rows.js'
import { dialectTokenSeconds } from '../../../src/environment.js'
import { testConfig, testEnvironment } from '../../helpers/config.js'

const page = (name: string): string => readFileSync(`docs/dialects/${name}.md`, 'utf8')
const names = Object.keys(dialectTokenSeconds)

t.test('there is a page for every dialect, and the table leads to it', async (t) => {
  for (const name of names) {
    t.match(page(name), `DIALECTS=${name}`)
    t.match(page('README'), `[${name}](${name}.md)`)
  }
})

t.test('every page exports, imports, and names fields that there are', async (t) => {
  for (const name of names) {
    t.match(page(name), /mongoexport .+--out \S+/, name)
    t.match(page(name), /gatehouse user import \S+/, name)
    const persons = [...page(name).matchAll(/persons import .*--map ([^\s`]+)/g)].map(([, map = '']) => map)
    const maps = [...page(name).matchAll(/--map ([^\s`]+)/g)].map(([, map = '']) => map)
    t.ok(maps.length > 0, name)
    for (const map of maps) t.equal(parseFieldMap(map, persons.includes(map) ? personFields : userFields).fault, undefined, map)
  }
})

t.test('every DIALECTS that a page shows is one', async (t) => {
  for (const name of ['README', ...names]) {
    for (const [, DIALECTS = ''] of page(name).matchAll(/DIALECTS=([a-z@:/\d,]+)/g)) t.ok(testConfig({ ...testEnvironment(t), DIALECTS }).dialects.length > 0, DIALECTS)
  }
})
