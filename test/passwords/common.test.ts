// The list of common passwords as it is shipped.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { commonPasswordsFile, loadCommonPasswords } from '../../src/passwords/common.js'
import { foldCase } from '../../src/text.js'

const shipped = resolve('data/common-passwords.txt')
const common = loadCommonPasswords()

t.test('common passwords are on the list, others are not', async t => {
  for (const password of ['password', '12345678', 'qwertyuiop', 'password123', 'iloveyou1']) t.ok(common.has(password), password)
  for (const password of ['', 'passworz', 'passworda1b2', '123456\npassword', 'correct horse battery', '\u{1f511}'.repeat(8)]) t.notOk(common.has(password), password)
})

t.test('every line is found, the lines are folded, sorted and distinct, and more than 10,000 are long enough to matter', async t => {
  const lines = readFileSync(shipped, 'utf8').split('\n')
  t.equal(lines.pop(), '', 'the last line ends, too')
  t.same(lines.filter(line => !common.has(line)), [])
  t.same(lines.filter(line => foldCase(line) !== line), [])
  t.equal(new Set(lines).size, lines.length)
  t.ok(lines.filter(line => [...line].length >= 8).length >= 10_000)
})

t.test('the first line and the last are found, and an empty list has none', async t => {
  const file = resolve(t.testdir({ few: 'alpha\nbeta\ngamma\n', none: '' }), 'few')
  const few = loadCommonPasswords(file)
  t.same(['alpha', 'beta', 'gamma', 'aaa', 'b', 'betb', 'zzz'].map(text => few.has(text)), [true, true, true, false, false, false, false])
  t.notOk(loadCommonPasswords(resolve(file, '../none')).has('alpha'))
})

t.test('the list is found from the source tree and from the built one', async t => {
  t.equal(commonPasswordsFile(pathToFileURL(resolve('src/passwords/common.ts')).href), shipped)
  t.equal(commonPasswordsFile(pathToFileURL(resolve('dist/service/gatehouse.cjs')).href), shipped)
  t.throws(() => commonPasswordsFile(pathToFileURL(resolve(t.testdir(), 'src/passwords/common.js')).href), /is missing; looked for/)
})
