// bin/load.cjs: the built program runs with the code that was compiled of it, and never with code of another source.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'

interface Loaded { exports: { answer (): string, where: string }, compiled (): Buffer }
const { load } = createRequire(import.meta.url)('../bin/load.cjs') as { load (file: string): Loaded }

const program = (answer: string): string => `(function (exports, require, module, __filename, __dirname) {
  exports.answer = () => '${answer}'
  exports.where = require('node:path').join(__dirname, 'x') === __filename.replace('program.cjs', 'x') ? 'here' : 'elsewhere'
})`

t.test('a program runs with compiled code and without', async (t) => {
  const file = join(t.testdir({ 'program.cjs': program('one') }), 'program.cjs')
  const first = load(file)
  t.equal(first.exports.answer(), 'one')
  t.equal(first.exports.where, 'here')
  writeFileSync(`${file}.compiled`, first.compiled())
  t.equal(load(file).exports.answer(), 'one')
})

t.test('compiled code of another source is left alone, though V8 would take it', async (t) => {
  const file = join(t.testdir({ 'program.cjs': program('one') }), 'program.cjs')
  const { exports, compiled } = load(file)
  t.equal(exports.answer(), 'one')
  const ofOne = compiled()
  writeFileSync(`${file}.compiled`, ofOne)
  // As long as the first: V8 looks at nothing else of the source.
  writeFileSync(file, program('two'))
  t.equal(load(file).exports.answer(), 'two')
  writeFileSync(file, program('six'))
  const digestOfSix = createHash('sha256').update(program('six')).digest()
  writeFileSync(`${file}.compiled`, Buffer.concat([digestOfSix, ofOne.subarray(32)]))
  t.equal(load(file).exports.answer(), 'one', 'the digest is what kept it out')
})

t.test('compiled code that is damaged is left alone', async (t) => {
  const file = join(t.testdir({ 'program.cjs': program('one') }), 'program.cjs')
  writeFileSync(`${file}.compiled`, load(file).compiled().subarray(0, 40))
  t.equal(load(file).exports.answer(), 'one')
  writeFileSync(`${file}.compiled`, '')
  t.equal(load(file).exports.answer(), 'one')
  t.equal(readFileSync(`${file}.compiled`).length, 0)
})
