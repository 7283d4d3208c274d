// Runs command lines in this process, with streams and an environment of the test's own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import type { Io, Output } from '../../src/cli/io.js'
import { runCli } from '../../src/cli/program.js'
import { type Config, loadConfig } from '../../src/config.js'
import { type OpenedStores, openStores } from '../../src/stores/open.js'
import type { Stores } from '../../src/stores/stores.js'
import { dropDatabase, emptyDatabase, testDatabaseUrl } from '../helpers/database.js'
import { until } from '../helpers/until.js'

/** The hash of `password` that the first tutorial's user has. */
export const tutorialHash = '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO'
export const goodPassword = 'korrekte pferde batterie'

/** The values of NDJSON. */
export function linesOf (text: string): Array<Record<string, unknown>> {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>)
}

export interface Result { code: number, out: string, err: string }

export interface TestCli {
  /** Runs `gatehouse ...args`; `stdin` is what comes on standard input. */
  run (args: readonly string[], stdin?: string | Readable): Promise<Result>
  /** What the command that was run last has printed so far. */
  printed (): string
  /** Sends the signal that asks a command to stop. */
  stop (): void
  environment: Record<string, string>
  /** One open store for all commands of this file, where a test does not need each to open it anew: opening starts a thread. */
  kept: OpenedStores | null
  /** The time that the commands see: it stands, so that progress is never due. */
  now: Date
  terminal: boolean
}

export function createTestCli (dataDir: string, more: Record<string, string> = {}): TestCli {
  let stopping: (() => void) | undefined
  let printed = (): string => ''
  const cli: TestCli = {
    environment: { DATA_DIR: dataDir, ...more },
    kept: null,
    now: new Date(),
    terminal: false,
    printed: () => printed(),
    stop () { stopping?.() },
    async run (args, stdin = '') {
      const stdout = createOutput(cli.terminal)
      const stderr = createOutput(cli.terminal)
      printed = stdout.text
      const io: Io = {
        stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) : stdin,
        stdout,
        stderr,
        environment: () => cli.environment,
        openStores: async (config) => cli.kept === null ? await openStores(config) : { stores: cli.kept.stores, close: async () => undefined },
        clock: () => cli.now,
        onStop (stop) {
          stopping = stop
          return () => { stopping = undefined }
        }
      }
      const code = await runCli(args, io)
      return { code, out: stdout.text(), err: stderr.text() }
    }
  }
  return cli
}

let kept: OpenedStores & { databaseUrl: string } | undefined

/** A command line with the one store that a test file opens, emptied: opening starts a thread, which takes a second under test. */
export async function createKeptCli (dataDir: string): Promise<TestCli> {
  const cli = createTestCli(dataDir)
  kept ??= await openKept()
  await emptyDatabase(kept.databaseUrl)
  cli.kept = kept
  return cli
}

async function openKept (): Promise<OpenedStores & { databaseUrl: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
  const databaseUrl = testDatabaseUrl(folder)
  const opened = await openStores({ databaseUrl })
  t.teardown(async () => {
    await opened.close()
    await dropDatabase(databaseUrl)
    await rm(folder, { recursive: true })
  })
  // MongoDB's indexes are made while the store can be called already.
  await until(async () => await opened.stores.ping().then(() => true, () => false))
  return { ...opened, databaseUrl }
}

export function createOutput (isTTY: boolean): Output & { text (): string } {
  let text = ''
  return { isTTY, write (more) { text += more }, text: () => text }
}

/** Standard input as a terminal: what is typed is written to it. */
export function createTerminalInput (): PassThrough & { isTTY: true } {
  return Object.assign(new PassThrough(), { isTTY: true as const })
}

/** Looks into the store that the commands of `cli` used. */
export async function inStores<T> (cli: TestCli, look: (stores: Stores, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig(cli.environment)
  if (cli.kept !== null) return await look(cli.kept.stores, config)
  const { stores, close } = await openStores(config)
  try {
    return await look(stores, config)
  } finally {
    await close()
  }
}
