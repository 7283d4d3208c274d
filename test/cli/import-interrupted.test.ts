// Imports that do not come to their end: stopped by a signal, or by a store that goes down.
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createCounts, runImport } from '../../src/cli/imports/run-import.js'
import { createSeenNames } from '../../src/cli/imports/seen-names.js'
import { createUserTarget } from '../../src/cli/imports/user-target.js'
import type { Target } from '../../src/cli/imports/target.js'
import { ServiceError } from '../../src/errors.js'
import type { ReadRow } from '../../src/imports/read-rows.js'
import type { UserStore } from '../../src/stores/stores.js'
import { createKeptCli, inStores, tutorialHash } from './support.js'

const row = (index: number): string => `${JSON.stringify({ email: `user${index}@example.com`, password: tutorialHash })}\n`

t.test('stopped, it finishes the batch, says how to go on, and does', async t => {
  const cli = await createKeptCli(t.testdir({}))
  const input = new PassThrough()
  const running = cli.run(['user', 'import', '-', '--batch', '2'], input)
  for (let index = 0; index < 5; index += 1) input.write(row(index))
  while (await inStores(cli, async ({ users }) => await users.count({})) < 4) await sleep(10)
  cli.stop()
  t.match(await running, { code: 1, out: /^Imported 4 users: 5 rows read/, err: /^Stopped after the batch under way\. Run the same command again to go on/ })
  t.match(await cli.run(['user', 'import', '-'], [0, 1, 2, 3, 4, 5].map(row).join('')), { code: 0, out: /^Imported 2 users: 6 rows read, 4 already there/ })
})

t.test('a fault of what the rows come from is told, with what was done before it', async t => {
  const cli = await createKeptCli(t.testdir({}))
  for (const [extra, word] of [[['--dry-run'], 'checked'], [[], 'imported']] as const) {
    // More than the stream reads ahead, so that the fault comes when some have been taken.
    const broken = async function * () {
      for (let index = 0; index < 40; index += 1) yield Buffer.from(row(index))
      throw new Error('The pipe broke.')
    }
    t.match(await cli.run(['user', 'import', '-', '--batch', '1', ...extra], Readable.from(broken())),
      { code: 1, out: '', err: new RegExp(`^Stopped by a fault after \\d+ users had been ${word}\\. Run the same command again to go on\\.\nerror: The pipe broke\\.\n$`) })
  }
})

async function * rowsOf (count: number): AsyncGenerator<ReadRow> {
  for (let line = 1; line <= count; line += 1) yield { line, row: { email: `user${line}@example.com` } }
}

async function run<Entry> (target: Target<Entry>, more: { stopped?: () => boolean, rows?: AsyncIterable<ReadRow> } = {}) {
  const counts = createCounts()
  const refused: unknown[] = []
  const seen = await createSeenNames()
  const running = runImport({ rows: more.rows ?? rowsOf(10), target, seen, batchSize: 2, counts, refuse: async (rejection) => { refused.push(rejection) }, onBatch () {}, stopped: more.stopped ?? (() => false) })
  return { counts, refused, error: await running.then(() => null, (error: unknown) => error), close: seen.close() }
}

t.test('a store that goes down ends it; the counts tell the truth', async t => {
  let batches = 0
  const { counts, error } = await run({ read: () => ({ entry: null, names: [] }), close () {}, async settle (entries) {
    if ((batches += 1) === 3) throw new ServiceError('store_unavailable', { cause: new Error('gone') })
    return entries.map(() => 'inserted')
  } })
  t.match(error, { kind: 'store_unavailable' })
  t.match(counts, { inserted: 4 })
  t.equal(batches, 3, 'nothing is tried after it')
})

t.test('what a stop breaks in the reading is no fault', async t => {
  let stopped = false
  async function * broken (): AsyncGenerator<ReadRow> {
    yield * rowsOf(1)
    stopped = true
    throw new Error('closed')
  }
  t.match(await run({ read: () => ({ entry: null, names: [] }), close () {}, settle: async () => [] }, { rows: broken(), stopped: () => stopped }), { error: null, counts: { read: 1, inserted: 0 } })
})

t.test('stopped between two rows, it takes no more of them', async t => {
  let taken = 0
  const { counts } = await run({ read: () => { taken += 1; return { entry: null, names: [] } }, close () {}, settle: async (entries) => entries.map(() => 'inserted') }, { stopped: () => taken === 5 })
  t.match(counts, { read: 5, inserted: 4 })
})

t.test('a target that says nothing about a row has not taken it', async t => {
  const { counts, refused } = await run({ read: () => ({ entry: null, names: [] }), close () {}, settle: async () => ['inserted'] }, { rows: rowsOf(2) })
  t.match(counts, { inserted: 1, refused: 1 })
  t.match(refused, [{ line: 2, reasons: [/said nothing/] }])
})

t.test('a username that was taken and is free again is refused: nobody knows whose it was', async t => {
  const users = { insertMany: async () => ['username_taken'], find: async () => null } as unknown as UserStore
  const target = createUserTarget({ users, map: new Map(), now: new Date(), dryRun: false, hasher: null, withoutPasswords: true })
  const { entry } = target.read({ username: 'ada' }, 1)
  t.match(entry === undefined ? [] : await target.settle([entry]), [{ refused: /taken a moment ago/ }])
  target.close()
})
