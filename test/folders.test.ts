// Folders are made with those above them, and what takes none says so.
import { existsSync, statSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { loadAuthSecret } from '../src/auth-secret.js'
import { makeFolder } from '../src/folders.js'

t.test('a folder is made with those above it, for the owner alone where that is asked, and may be there', async t => {
  const folder = t.testdir({})
  const path = join(folder, 'a', 'b', 'c')
  for (let time = 0; time < 2; time += 1) makeFolder(path, 0o700)
  t.same([path, join(folder, 'a')].map(made => statSync(made).mode & 0o777), [0o700, 0o700])
  makeFolder(relative(process.cwd(), join(folder, 'd', 'e')))
  t.ok(statSync(join(folder, 'd', 'e')).isDirectory())
  symlinkSync('d', join(folder, 'link'))
  makeFolder(join(folder, 'link'))
  for (const there of ['/', '.']) makeFolder(there)
})

t.test('a file in its place, or above it, and a link to nothing are errors', async t => {
  const folder = t.testdir({ file: '' })
  symlinkSync('nowhere', join(folder, 'dangling'))
  t.throws(() => { makeFolder(join(folder, 'file')) }, { code: 'EEXIST' })
  t.throws(() => { makeFolder(join(folder, 'file', 'below')) }, { code: 'ENOTDIR' })
  t.throws(() => { makeFolder(join(folder, 'dangling', 'below')) }, { code: 'EEXIST' })
})

t.test('where nobody can make a folder, the error comes and is not waited for without end', { skip: !existsSync('/proc/self') && 'there is no such place here' }, async t => {
  t.throws(() => { makeFolder('/proc/gatehouse/data') }, { code: 'ENOENT' })
  const { faults } = loadAuthSecret({ value: undefined, file: undefined, dataDir: '/proc/gatehouse/data', production: false })
  t.match(faults, [/^DATA_DIR \(\/proc\/gatehouse\/data\) cannot keep the development secret: ENOENT\. Make it writable/])
})
