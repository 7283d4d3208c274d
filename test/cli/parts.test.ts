// The small parts of the command: progress, durations, tables, the words for a database that is down.
import t from 'tap'
import { createProgress } from '../../src/cli/imports/progress.js'
import { faultOf } from '../../src/cli/faults.js'
import { printTable, sayDuration } from '../../src/cli/print.js'
import { ServiceError } from '../../src/errors.js'
import { createOutput, createTestCli } from './support.js'

t.test('progress is a line that is rewritten on a terminal, and a line every ten seconds elsewhere', async t => {
  let now = 0
  const clock = () => new Date(now)
  for (const [terminal, expected] of [[true, '\r\u001b[K1,000 rows, 5,000 rows/s\r\u001b[K2,500 rows, 250 rows/s\r\u001b[K'], [false, '2,500 rows, 250 rows/s\n']] as const) {
    now = 0
    const output = createOutput(terminal)
    const progress = createProgress(output, clock)
    progress.show(10)
    now = 200
    progress.show(1000)
    now = 10_000
    progress.show(2500)
    progress.end()
    t.equal(output.text(), expected)
  }
})

t.test('spans of time are said in two parts at most', async t => {
  t.same([0, 45, 60, 315, 4200, 3600 * 24 * 3 + 3600, 86_400].map(sayDuration), ['0 s', '45 s', '1 min', '5 min 15 s', '1 h 10 min', '3 d 1 h', '1 d'])
})

t.test('a table is as wide as its cells', async t => {
  const output = createOutput(false)
  printTable(output, ['A', 'LONG'], [['wide cell', '-'], []])
  t.equal(output.text(), 'A          LONG\nwide cell  -\n\n')
})

t.test('a database that is down is told in words, without credentials', async t => {
  t.same(faultOf(new ServiceError('store_unavailable', { cause: new Error('connect ECONNREFUSED mongodb://a:b@c.') })), { lines: ['error: The database does not answer (connect ECONNREFUSED mongodb://[redacted]@c). Nothing more was written.'], exitCode: 1 })
  t.same(faultOf(new ServiceError('store_unavailable')).lines, ['error: The database does not answer. Nothing more was written.'])
})

t.test('every command says so when the database is down or cannot be opened', async t => {
  const cli = createTestCli(t.testdir({ file: '' }), { DATABASE_URL: 'mongodb://127.0.0.1:1/gatehouse' })
  t.match(await cli.run(['keys', 'list']), { code: 1, out: '', err: /^error: The database does not answer/ })
  cli.environment['DATABASE_URL'] = `sqlite:${t.testdirName}/file/no.db`
  t.match(await cli.run(['keys', 'list']), { code: 1, out: '', err: /^error: The database file .* cannot be used/ })
})
