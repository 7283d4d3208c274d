// Runs command lines in this process, with streams and an environment of the test's own.
import { PassThrough, Readable } from 'node:stream'
import { type Io, type Output } from '../../src/cli/io.js'
import { runCli } from '../../src/cli/program.js'
import { type Config, loadConfig } from '../../src/config.js'
import { openStores } from '../../src/stores/open.js'
import { type Stores } from '../../src/stores/stores.js'

/** The hash of `password` that the first tutorial's user has. */
export const tutorialHash = '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO'
export const goodPassword = 'korrekte pferde batterie'

export interface Result { code: number, out: string, err: string }

export interface TestCli {
  /** Runs `gatehouse ...args`; `stdin` is what comes on standard input. */
  run (args: readonly string[], stdin?: string | Readable): Promise<Result>
  /** Sends the signal that asks a command to stop. */
  stop (): void
  environment: Record<string, string>
  /** The time that the commands see: it stands, so that progress is never due. */
  now: Date
  terminal: boolean
}

export function createTestCli (dataDir: string, more: Record<string, string> = {}): TestCli {
  let stopping: (() => void) | undefined
  const cli: TestCli = {
    environment: { DATA_DIR: dataDir, ...more },
    now: new Date(),
    terminal: false,
    stop () { stopping?.() },
    async run (args, stdin = '') {
      const stdout = createOutput(cli.terminal)
      const stderr = createOutput(cli.terminal)
      const io: Io = {
        stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) : stdin,
        stdout,
        stderr,
        environment: () => cli.environment,
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
  const { stores, close } = await openStores(config)
  try {
    return await look(stores, config)
  } finally {
    await close()
  }
}
