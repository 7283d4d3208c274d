// How SQLite writes: together, on another thread, on disk before it is said.
import { spawn } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { MessageChannel, Worker } from 'node:worker_threads'
import t from 'tap'
import { plain } from '../../scripts/typescript-plain.js'
import { commitTogether, faultOf, type Operation, type Reply } from '../../src/stores/sqlite/commit.js'
import { openConnection } from '../../src/stores/sqlite/connection.js'
import { startThread } from '../../src/stores/sqlite/thread.js'
import { openWriter, serveWrites } from '../../src/stores/sqlite/write-loop.js'
import { createWriter } from '../../src/stores/sqlite/writer.js'
import type { Verb } from '../../src/stores/sqlite/verbs.js'
import { makeFile } from '../../src/stores/sqlite/file.js'
import { newUser, sampleMail } from './contract/samples.js'
import { present, refusalOf } from './contract/engine.js'
import { unrecorded } from '../helpers/unrecorded.js'
import { newPlace } from './sqlite-helpers/open.js'

const insertion = (number: number, email: string): Operation => ({ number, verb: 'insertUser', args: [newUser({ email })] })

void t.test('Writes that arrive together are one commit, and one refused does not stop the others', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const { port1, port2 } = new MessageChannel()
  serveWrites(port2, path)
  const answers: Reply[][] = []
  const gone = new Promise(resolve => port1.once('close', resolve))
  port1.on('message', (replies: Reply[]) => {
    answers.push(replies)
    if (answers.length === 1) port1.postMessage(null)
  })
  for (let number = 0; number < 64; number += 1) port1.postMessage(insertion(number, number % 8 === 7 ? 'same@example.org' : `n${String(number)}@example.org`))
  await gone
  t.equal(answers.length, 1, 'one answer, so one commit')
  t.equal(answers.flat().filter(reply => reply.outcome === 'done').length, 57)
  t.match(answers.flat().filter(reply => reply.outcome === 'refused'), Array.from({ length: 7 }, () => ({ kind: 'email_taken' })))
})

void t.test('More writes than one commit takes follow in the next', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const { port1, port2 } = new MessageChannel()
  serveWrites(port2, path)
  const sizes: number[] = []
  port1.on('message', (replies: Reply[]) => { sizes.push(replies.length) })
  const gone = new Promise(resolve => port1.once('close', resolve))
  for (let number = 0; number < 600; number += 1) port1.postMessage({ number, verb: 'insertMail', args: [sampleMail()] })
  port1.postMessage(null)
  await gone
  t.equal(sizes.reduce((sum, size) => sum + size, 0), 600)
  t.ok(sizes.length >= 2 && sizes.length < 20, `${String(sizes.length)} commits`)
})

void t.test('A port that closes unused leaves no file behind', async t => {
  const { port1, port2 } = new MessageChannel()
  serveWrites(port2, '/nowhere/at/all.db')
  const gone = new Promise(resolve => port1.once('close', resolve))
  port1.ref()
  port1.postMessage(null)
  await gone
  t.pass('closed')
})

void t.test('A mistake in one write is its own; what it began is undone', t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const db = openWriter(path)
  t.teardown(() => { db.close() })
  const same = newUser()
  const replies = commitTogether(db, [
    insertion(1, 'first@example.org'),
    { number: 2, verb: 'nothing of the kind' as Verb, args: [] },
    { number: 3, verb: 'insertUsers', args: [[newUser({ email: 'half@example.org' }), { user: same.user, passwordHash: 7 }, newUser({ role: 'king' as 'admin' })]] },
    { number: 4, verb: 'insertUser', args: [same] },
    { number: 5, verb: 'insertUser', args: [{ ...same, user: { ...same.user, email: 'other@example.org' } }] },
    { number: 6, verb: 'insertPersons', args: [[{ ...newUser().user, personId: 'p', name: 'x', age: 1000, version: 1 }]] }
  ])
  t.match(replies, [
    { outcome: 'done' }, { outcome: 'refused', kind: 'internal' }, { outcome: 'refused', kind: 'internal' }, { outcome: 'done' },
    { outcome: 'refused', kind: 'internal' }, { outcome: 'refused', kind: 'internal', fault: { message: /CHECK constraint/ } }
  ])
  t.same(db.all<{ email: string }>('SELECT email FROM users ORDER BY email').map(row => row.email).sort(), ['first@example.org', same.user.email].sort())
  t.same(faultOf('thrown text'), { message: 'thrown text' })
  t.end()
})

void t.test('A disk that is full fails the whole commit, and the next one works once there is room', t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const db = openWriter(path)
  const pages = db.one<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0
  db.script(`PRAGMA max_page_count = ${String(pages)}`)
  const big = (number: number): Operation => ({ number, verb: 'insertMail', args: [sampleMail({ sealed: 'x'.repeat(100_000) })] })
  t.throws(() => commitTogether(db, [insertion(1, 'before@example.org'), big(2)]), /database or disk is full/)
  db.close()
  const again = openWriter(path)
  t.equal(again.count('SELECT count(*) AS found FROM users'), 0, 'nothing of it is on disk')
  t.match(commitTogether(again, [insertion(1, 'before@example.org'), big(2)]), [{ outcome: 'done' }, { outcome: 'done' }])
  again.close()
  t.end()
})

/** The loop of the writing thread, on this one: `commit` sends it one large mail and resolves with its replies. */
function served (path: string, open: typeof openWriter) {
  const { port1, port2 } = new MessageChannel()
  serveWrites(port2, path, open)
  return {
    async commit (number: number): Promise<unknown> {
      const replies = new Promise(resolve => port1.once('message', resolve))
      port1.postMessage({ number, verb: 'insertMail', args: [sampleMail({ sealed: 'x'.repeat(100_000) })] })
      return await replies
    },
    async close (): Promise<void> {
      const gone = new Promise(resolve => port1.once('close', resolve))
      port1.ref()
      port1.postMessage(null)
      await gone
    }
  }
}

void t.test('After a failure of the engine the next commit has a connection of its own', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  let opened = 0
  const { commit, close } = served(path, path => {
    const db = openWriter(path)
    opened += 1
    if (opened === 1) db.script('PRAGMA max_page_count = 1')
    return db
  })
  t.match(await commit(1), [{ number: 1, outcome: 'failed', fault: { errcode: 13 } }])
  t.match(await commit(2), [{ number: 2, outcome: 'done' }])
  t.equal(opened, 2)
  await close()
})

void t.test('A connection whose file has another name now is kept, and written to once the name is back', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  let opened = 0
  const { commit, close } = served(path, path => {
    opened += 1
    return openWriter(path)
  })
  t.match(await commit(1), [{ outcome: 'done' }])
  renameSync(path, `${path}.aside`)
  t.match(await commit(2), [{ number: 2, outcome: 'failed', fault: { message: /was moved or replaced while it was open/ } }])
  t.notOk(existsSync(path))
  renameSync(`${path}.aside`, path)
  t.match(await commit(3), [{ outcome: 'done' }])
  t.equal(opened, 1)
  await close()
})

/** A thread that dies of the first message, or at a word, without a loader so that it starts at once. */
function mortalThread (program: string): Worker {
  return new Worker(`const { parentPort } = require('node:worker_threads'); ${program}`, { eval: true, execArgv: [] })
}

void t.test('When the thread dies, waiting writes say so and the next write starts another', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  makeFile(path)
  const log: string[] = []
  const threads = [
    () => mortalThread('parentPort.on("message", () => { throw new Error("out of memory") })'),
    () => mortalThread('parentPort.on("message", () => process.exit(3))'),
    () => startThread(path)
  ]
  const writer = createWriter(path, { error: (_facts, message) => log.push(message) }, () => present(threads.shift()?.()))
  const first = [1, 2].map(async () => writer.run('insertMail', sampleMail()))
  for (const write of first) await t.rejects(write, { kind: 'store_unavailable', cause: { message: 'out of memory' } })
  await t.rejects(writer.run('insertMail', sampleMail()), { kind: 'store_unavailable', cause: { message: 'The thread that writes has ended.' } })
  t.match(log, [/died/, /died/])
  await writer.run('insertMail', sampleMail())
  await writer.close()
  t.equal(await refusalOf(writer.run('insertMail', sampleMail())), 'store_unavailable')
})

void t.test('A thread that dies unnoticed is replaced, and closing needs none', async t => {
  const replies = '[{ number: 1, outcome: "failed", fault: { message: "no room" } }, { number: 99, outcome: "done" }, { number: 99, outcome: "failed", fault: {} }]'
  const thread = mortalThread(`parentPort.on("message", () => { parentPort.postMessage(${replies}); parentPort.close() })`)
  const gone = new Promise(resolve => thread.once('exit', resolve))
  const writer = createWriter('unused', undefined, () => thread)
  await t.rejects(writer.run('insertMail', sampleMail()), { kind: 'store_unavailable', cause: { message: 'no room' } })
  await gone
  await writer.close()
})

void t.test('A thread that dies while the store is closing keeps nobody waiting', async t => {
  const writer = createWriter('unused', undefined, () => mortalThread('parentPort.on("message", () => process.exit(3))'))
  const write = refusalOf(writer.run('insertMail', sampleMail()))
  await writer.close()
  t.equal(await write, 'store_unavailable')
})

void t.test('What was acknowledged before a kill -9 is there afterwards', async t => {
  const { path, remove } = newPlace()
  t.teardown(remove)
  const child = spawn(...unrecorded([plain('test/stores/sqlite-helpers/writing-child.ts'), path]), { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    told += text
    if (told.length > 300 * 37) child.kill('SIGKILL')
  })
  await new Promise(resolve => child.once('close', resolve))
  t.equal(child.signalCode, 'SIGKILL')
  const acknowledged = told.slice(0, told.lastIndexOf('\n')).split('\n')
  const db = openConnection(path, { readOnly: false, busyMilliseconds: 0 })
  t.teardown(() => { db.close() })
  const there = new Set(db.all<{ id: string }>('SELECT id FROM users').map(row => row.id))
  t.ok(acknowledged.length >= 300)
  t.same(acknowledged.filter(id => !there.has(id)), [])
  t.equal(db.count("SELECT count(*) AS found FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1)
})
