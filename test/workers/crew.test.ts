// The places of workers: filled, filled again, renewed and emptied, with programs in place of the service.
import cluster from 'node:cluster'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createCrew } from '../../src/workers/crew.js'
import type { FromWorker } from '../../src/workers/messages.js'
import { temporaryFolder } from '../helpers/config.js'
import { unrecordedNode } from '../helpers/unrecorded.js'
import { until } from '../helpers/until.js'

type Mode = 'well' | 'stillborn' | 'mute' | 'slow' | 'doomed' | 'deaf' | 'faulty' | 'asking'

const file = join(temporaryFolder(t), 'mode')
process.env['MODE'] = file
const node = unrecordedNode(t)
cluster.setupPrimary({ exec: fileURLToPath(new URL('program.mjs', import.meta.url)), execArgv: [], silent: true })

const pids = (): number[] => Object.values(cluster.workers ?? {}).map((worker) => worker?.process.pid ?? 0)
/** A process that has ended is on Node's list until its channel is closed as well. */
const nobody = async (): Promise<number> => await until(async () => pids().length === 0)

const immediate = async (): Promise<void> => await new Promise((resolve) => { setImmediate(resolve) })

/** What comes in these milliseconds is heard of after them. */
function hearNothing (milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** Hears nothing until a program has noted this, and a little longer. */
function hearNothingUntil (noted: 'serving' | 'asked'): void {
  for (let waited = 0; waited < 20_000 && !existsSync(`${file}.${noted}`); waited += 20) hearNothing(20)
  hearNothing(100)
}

/** Starting a program fails, by an event, until what this answers is called. */
function lackNode (): () => void {
  const { execPath } = process
  process.execPath = '/nowhere/node'
  return () => { process.execPath = execPath }
}

/** As `lackNode`; at once. */
function lackRoom (): () => void {
  // No single text of the environment may be longer than 128 KiB (execve).
  process.env['TOO_LONG'] = 'x'.repeat(200_000)
  return () => { delete process.env['TOO_LONG'] }
}

/** The mode of the programs that are started from now on. */
function become (mode: Mode): void {
  writeFileSync(file, mode)
}

/** Whether the programs that wait for it go on. */
function letGoOn (go: boolean): void {
  if (go) writeFileSync(`${file}.go`, '')
  else rmSync(`${file}.go`)
}

function enter (t: Test, count = 2) {
  const { execPath } = process
  process.execPath = node
  t.teardown(() => { process.execPath = execPath })
  const lines: string[] = []
  const messages: FromWorker[] = []
  const write = (_facts: object, text: string): void => { lines.push(text) }
  const crew = createCrew({
    count,
    logger: { info: write, error: write } as Parameters<typeof createCrew>[0]['logger'],
    onMessage: (message) => { messages.push(message) },
    retireLimit: 300,
    pauses: { first: 20, longest: 50, steadyAfter: 100 }
  })
  t.teardown(async () => { await crew.stop(300) })
  return { crew, lines, messages, told: (text: string) => lines.filter((line) => line === text).length }
}

t.test('all places are filled, and emptied', async (t) => {
  const { crew, lines, messages } = enter(t, 3)
  become('well')
  t.equal(await crew.start(), true)
  t.same(crew.serving().map(({ place }) => place), [1, 2, 3])
  t.same(lines, ['all workers serve'])
  const [one] = crew.serving()
  one?.tell({ kind: 'tell_metrics', id: 7 })
  await until(async () => messages.length === 1)
  t.same(messages, [{ kind: 'metrics', id: 7, values: [] }])
  t.equal(await crew.stop(20_000), true)
  await nobody()
  one?.tell({ kind: 'tell_metrics', id: 8 })
  t.same(lines, ['all workers serve'], 'and nobody is surprised')
})

t.test('word to one who has died meanwhile is lost, and nothing else', async (t) => {
  const { crew, told } = enter(t)
  become('well')
  await crew.start()
  const died = crew.serving()[0]
  process.kill(pids()[0] as number, 'SIGKILL')
  hearNothing(100)
  died?.tell({ kind: 'tell_metrics', id: 9 })
  await until(async () => told('a worker died; another takes its place') === 1 && crew.serving().length === 2)
})

t.test('an answer of Node’s own to one who has died meanwhile is lost, and nothing else', async (t) => {
  const { crew, told } = enter(t)
  become('asking')
  await crew.start()
  become('well')
  crew.serving()[0]?.tell({ kind: 'tell_metrics', id: 10 })
  await immediate()
  await immediate()
  hearNothingUntil('asked')
  await until(async () => told('a worker died; another takes its place') === 1 && crew.serving().length === 2)
})

t.test('an error of one that runs is not its end', async (t) => {
  const { crew, lines } = enter(t)
  become('well')
  await crew.start()
  for (const worker of Object.values(cluster.workers ?? {})) worker?.emit('error', new Error('write EPIPE'))
  t.equal(crew.serving().length, 2)
  t.same(lines, ['all workers serve'])
  t.equal(await crew.stop(20_000), true)
})

for (const [what, lack] of [['the program of Node has gone', lackNode], ['the environment is too long', lackRoom]] as const) {
  t.test(`where ${what} the others go on, and one is started when it can be`, async (t) => {
    const { crew, told } = enter(t)
    become('well')
    await crew.start()
    const restore = lack()
    process.kill(pids()[0] as number, 'SIGKILL')
    await until(async () => told('a worker could not be started') >= 2)
    t.equal(crew.serving().length, 1)
    await crew.renew()
    t.equal(told('a new worker did not come to serve; the old ones stay'), 1)
    restore()
    await until(async () => crew.serving().length === 2)
    await crew.renew()
    t.equal(told('all workers are new'), 1)
    t.equal(await crew.stop(20_000), true)
  })
}

t.test('where the first cannot start none does', async (t) => {
  const { crew } = enter(t)
  become('stillborn')
  t.equal(await crew.start(), false)
  t.same(crew.serving(), [])
  await nobody()
})

t.test('a stop does not wait for who has not come to serve', async (t) => {
  const { crew } = enter(t)
  become('mute')
  const started = crew.start()
  await until(async () => pids().length === 1)
  t.equal(await crew.stop(20_000), true)
  t.equal(await started, true)
})

t.test('who dies is replaced, after pauses that grow while none comes to serve', async (t) => {
  const { crew, told } = enter(t)
  become('well')
  await crew.start()
  become('stillborn')
  process.kill(pids()[0] as number, 'SIGKILL')
  await until(async () => told('a worker did not come to serve; trying again') >= 3)
  t.equal(told('a worker died; another takes its place'), 1)
  t.equal(crew.serving().length, 1)
  await crew.renew()
  t.equal(told('a new worker did not come to serve; the old ones stay'), 1)
  become('well')
  await until(async () => crew.serving().length === 2)
  await sleep(120)
  process.kill(pids()[0] as number, 'SIGKILL')
  await until(async () => told('a worker died; another takes its place') === 2 && crew.serving().length === 2)
})

t.test('a stop while one is missing ends the tries', async (t) => {
  const { crew, told } = enter(t)
  become('well')
  await crew.start()
  become('mute')
  process.kill(pids()[0] as number, 'SIGKILL')
  await until(async () => crew.serving().length === 1 && pids().length === 2)
  t.equal(await crew.stop(20_000), true)
  t.equal(told('a worker did not come to serve; trying again'), 0)
  await nobody()
})

t.test('all are renewed, one place after the other; who does not let go is killed', async (t) => {
  const { crew, told } = enter(t)
  become('deaf')
  await crew.start()
  const before = pids()
  become('well')
  await crew.renew()
  await until(async () => !pids().some((pid) => before.includes(pid)))
  t.equal(crew.serving().length, 2)
  t.equal(told('all workers are new'), 1)
  t.equal(told('a worker died; another takes its place'), 0)
})

t.test('who dies while a new one starts in its place has one successor, or is replaced later', async (t) => {
  const { crew, told } = enter(t)
  become('well')
  await crew.start()
  become('slow')
  const renewed = crew.renew()
  await until(async () => pids().length === 3)
  process.kill(pids()[0] as number, 'SIGKILL')
  await until(async () => told('a worker died; another takes its place') === 1)
  letGoOn(true)
  await renewed
  t.equal(told('all workers are new'), 1)
  await sleep(200)
  t.same([pids().length, crew.serving().length], [2, 2])
  letGoOn(false)
  become('doomed')
  const failed = crew.renew()
  process.kill(pids()[0] as number, 'SIGKILL')
  await until(async () => told('a worker died; another takes its place') === 2)
  letGoOn(true)
  await failed
  become('well')
  await until(async () => crew.serving().length === 2)
  t.equal(await crew.stop(20_000), true)
})

t.test('a stop before the first is heard to serve starts no others', async (t) => {
  const { crew, lines } = enter(t)
  become('well')
  rmSync(`${file}.serving`, { force: true })
  const started = crew.start()
  hearNothingUntil('serving')
  t.equal(await crew.stop(20_000), true)
  t.equal(await started, true)
  await nobody()
  t.same(lines, [])
})

t.test('a stop ends a renewal', async (t) => {
  const { crew, lines } = enter(t)
  become('well')
  await crew.start()
  become('mute')
  const renewed = crew.renew()
  await until(async () => pids().length === 3)
  t.equal(await crew.stop(20_000), true)
  await renewed
  await crew.renew()
  t.same(lines, ['all workers serve'])
  await nobody()
})

for (const mode of ['deaf', 'faulty'] as const) {
  t.test(`an end that is not clean (${mode}) is told`, async (t) => {
    const { crew } = enter(t)
    become(mode)
    await crew.start()
    t.equal(await crew.stop(200), false)
    await nobody()
  })
}
