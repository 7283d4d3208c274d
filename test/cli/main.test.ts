// The command as a process: bin's entry, signals, standard streams; and what the program says about itself.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { builtCommand } from '../../scripts/built-service.js'
import { processIo } from '../../src/cli/io.js'
import { main } from '../../src/cli/main.js'
import { unrecorded } from '../helpers/unrecorded.js'
import { until } from '../helpers/until.js'
import { createTestCli } from './support.js'

/** The options of this process, for one that starts in another folder. */
const options = process.execArgv.map((option) => option.replace('=./', `=${pathToFileURL('.').href}/`))

/** Runs the command as it is built, or out of its sources under the loaders of this process (`isCounted`), so that coverage counts. */
function start (args: readonly string[], environment: Record<string, string | undefined>, cwd: string, isCounted = false) {
  const code = `import(${JSON.stringify(pathToFileURL('src/cli/main.ts').href)}).then((cli) => cli.main(['node', 'gatehouse', ...${JSON.stringify(args)}]))`
  const [command, words] = isCounted ? [process.execPath, [...options, '--eval', code]] : unrecorded([builtCommand(), ...args])
  const child = spawn(command, words, { cwd, env: { ...process.env, UV_THREADPOOL_SIZE: '6', ...environment } })
  const told = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => { told.out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { told.err += chunk.toString() })
  return { child, told, ended: once(child, 'close').then(([exit]) => ({ code: exit as number | null, ...told })) }
}

t.test('as a process: .env, a password by the pipe, the account as JSON', async t => {
  const cwd = t.testdir({ '.env': 'DATA_DIR=here\n' })
  const { child, ended } = start(['user', 'create', '--email', 'ada@example.com', '--json'], {}, cwd, true)
  child.stdin.end('korrekte pferde batterie\n')
  t.match(await ended, { code: 0, out: /^\{"id":.*\}\n$/ })
  t.ok(existsSync(join(cwd, 'here', 'gatehouse.db')))
})

t.test('as a process: .env sizes the pool of threads that hash, beneath the environment', async t => {
  const rows: Array<[file: string, environment: Record<string, string>, expected: { slots: number, threads: number }]> = [
    ['HASH_SLOTS=8', {}, { slots: 8, threads: 10 }],
    ['export HASH_SLOTS="8" # as many as measured', {}, { slots: 8, threads: 10 }],
    ['HASH_SLOTS=8\nUV_THREADPOOL_SIZE=12', {}, { slots: 8, threads: 12 }],
    ['HASH_SLOTS=8', { HASH_SLOTS: '9' }, { slots: 9, threads: 11 }],
    ['UV_THREADPOOL_SIZE=12', { HASH_SLOTS: '9', UV_THREADPOOL_SIZE: '14' }, { slots: 9, threads: 14 }],
    ['HASH_SLOTS=2', { UV_THREADPOOL_SIZE: ' ' }, { slots: 2, threads: 6 }]
  ]
  for (const [file, environment, { slots, threads }] of rows) {
    const { ended } = start(['config', 'check', '--json'], { HASH_SLOTS: undefined, UV_THREADPOOL_SIZE: undefined, ...environment }, t.testdir({ '.env': file }))
    const { code, out } = await ended
    t.match([code, JSON.parse(out)], [0, { configuration: { HASH_SLOTS: slots, UV_THREADPOOL_SIZE: threads } }], file)
  }
})

t.test('as a process: what no pool of threads can be is a fault of the variable that says it', async t => {
  for (const [file, names] of [['HASH_SLOTS=8\nUV_THREADPOOL_SIZE=9', ['HASH_SLOTS']], ['UV_THREADPOOL_SIZE=many', ['UV_THREADPOOL_SIZE']], ['HASH_SLOTS=100000', ['HASH_SLOTS']], ['HASH_SLOTS=8.5', ['HASH_SLOTS']]] as const) {
    const { ended } = start(['config', 'check', '--json'], { HASH_SLOTS: undefined, UV_THREADPOOL_SIZE: undefined }, t.testdir({ '.env': file }))
    const { faults } = JSON.parse((await ended).out) as { faults: string[] }
    t.same(faults.map((fault) => /^\w+/.exec(fault)?.[0]), names, faults.join('\n'))
  }
})

t.test('as a process: Ctrl-C stops an import that waits for more, exit 1', async t => {
  const { child, told, ended } = start(['user', 'import', '-', '--without-passwords', '--batch', '1'], { DATA_DIR: join(t.testdir({}), 'data') }, process.cwd())
  const rows = setInterval(() => { child.stdin.write('{"email":"ada@example.com"}\n{"email":"eve@example.com"}\n') }, 50)
  child.stdin.on('error', () => undefined)
  const signals = setInterval(() => { if (child.exitCode === null) child.kill('SIGINT') }, 3000)
  const { code } = await ended
  clearInterval(rows)
  clearInterval(signals)
  // A signal that comes before the import has begun ends the process as any other.
  t.ok(code === 1 ? /Stopped after the batch/.test(told.err) : code === null, `exit ${String(code)}: ${told.err}`)
})

t.test('as a process: who reads only the beginning ends it quietly', async t => {
  const folder = join(t.testdir({}), 'data')
  const cli = createTestCli(folder)
  await cli.run(['user', 'create', '--username', 'ada'], 'korrekte pferde batterie')
  const { child, told, ended } = start(['audit', 'tail', '--follow', '--json'], { DATA_DIR: folder }, process.cwd())
  await until(async () => told.out.includes('user_created'))
  child.stdout.destroy()
  cli.now = new Date()
  await cli.run(['user', 'disable', 'ada'])
  t.match(await ended, { code: 0, err: '' })
})

t.test('main sets the exit code', async t => {
  const before = process.exitCode
  await main(['node', 'gatehouse', 'config', 'check', '--no-such-option'])
  t.equal(process.exitCode, 2)
  process.exitCode = before
})

t.test('the first signal asks to stop, and afterwards nothing stands in the way of the next', async t => {
  const ends: number[] = []
  const io = processIo((code) => { ends.push(code) })
  let asked = 0
  io.onStop(() => { asked += 1 })
  const listeners = process.listenerCount('SIGTERM')
  process.emit('SIGTERM')
  t.equal(asked, 1)
  t.equal(process.listenerCount('SIGTERM'), listeners - 1)
  t.equal(io.stdout.gone, false)
  // Not by emit: tap keeps this error from everybody while it runs.
  for (const [name, stream] of [['stderr', process.stderr], ['stdout', process.stdout]] as const) {
    const [hear] = stream.listeners('error').slice(-1)
    hear?.(Object.assign(new Error('read only the head'), { code: 'EPIPE' }))
    t.equal(io[name].gone, true)
    t.equal(io[name].write('nobody reads this'), true)
    t.same(ends, [])
    hear?.(new Error('the disk is full'))
  }
  t.same(ends, [1], 'without output there is nothing to go on for; without remarks there is')
})

t.test('--help is there for every command, with examples, and goes to standard output', async t => {
  const cli = createTestCli(t.testdir({}))
  for (const command of ['start', 'user create', 'user reset-link', 'session end', 'audit tail', 'store check', 'hash calibrate', 'config check']) {
    t.match(await cli.run([...command.split(' '), '--help']), { code: 0, err: '', out: new RegExp(`^Usage: gatehouse ${command}[^]*\\nExamples:\\n  [^]*gatehouse ${command}`) }, command)
  }
  t.match(await cli.run(['--help']), { code: 0, err: '', out: /Exit codes: 0 done, 1 refused or failed, 2 wrong usage/ })
  t.match(await cli.run(['--version']), { code: 0, out: /^\d+\.\d+\.\d+\n$/ })
})

t.test('wrong usage is exit code 2, told on standard error', async t => {
  const cli = createTestCli(t.testdir({}))
  for (const args of [[], ['user'], ['nonsense'], ['user', 'nonsense'], ['keys', 'list', '--nonsense'], ['config', 'check', 'more']]) {
    t.match(await cli.run(args), { code: 2, out: '', err: /./ }, args.join(' '))
  }
})

t.test('a mistyped command or option is told with what may have been meant', async t => {
  const cli = createTestCli(t.testdir({}))
  for (const [typed, meant] of [['usr list', 'user'], ['user lst', 'list'], ['user reset-lnk', 'reset-link'], ['audit tial', 'tail'], ['user list --disable', '--disabled']] as const) {
    t.match(await cli.run(typed.split(' ')), { code: 2, out: '', err: new RegExp(`Did you mean ${meant}\\?`) }, typed)
  }
})

t.test('as a process: start serves until it is told to stop', async t => {
  const { child, told, ended } = start(['start'], { DATA_DIR: join(t.testdir({}), 'data'), PORT: '0' }, process.cwd(), true)
  await until(async () => told.out.includes('Server listening'))
  child.kill('SIGTERM')
  t.match(await ended, { code: 0 })
})
