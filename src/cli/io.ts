// What a command has of the world around it. Tests put streams and an environment of their own in its place.
import type { Readable } from 'node:stream'
import { type Clock, systemClock } from '../clock.js'
import { readEnvironment } from '../env-file.js'
import { openStores } from '../stores/open.js'

export interface Output {
  readonly isTTY?: boolean | undefined
  /** Whoever read it has gone: what would go on printing may stop. */
  readonly gone?: boolean
  write (text: string): unknown
}

export interface Io {
  stdin: Readable & { readonly isTTY?: boolean | undefined }
  stdout: Output
  stderr: Output
  /** The variables that the configuration is read from. Throws ConfigError. */
  environment (): Record<string, string | undefined>
  openStores: typeof openStores
  clock: Clock
  /** Calls `stop` at the first SIGINT or SIGTERM; a second one ends the process at once. Answers what takes that back. */
  onStop (stop: () => void): () => void
}

/** What a command may set: the exit code. 0 done, 1 refused or failed, 2 wrong usage. */
export interface Cli extends Io { exitCode: 0 | 1 | 2 }

const signals = ['SIGINT', 'SIGTERM'] as const

/** `onFault` hears of an error other than that the reader has gone: who reads only the beginning of what is printed (`| head`) has not made one. */
function outputTo (stream: NodeJS.WriteStream, onFault: (error: Error) => void): Output {
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true
    if (error.code !== 'EPIPE') onFault(error)
  })
  return {
    isTTY: stream.isTTY,
    get gone () { return gone },
    write: (text) => gone || stream.write(text)
  }
}

/** The world as it is. `end` ends the process, whose output cannot be written. */
export function processIo (end: (code: 1) => void = process.exit): Io {
  // Progress and remarks: where they cannot be written the work goes on.
  const stderr = outputTo(process.stderr, () => undefined)
  return {
    stdin: process.stdin,
    stdout: outputTo(process.stdout, ({ message }) => {
      stderr.write(`error: The output cannot be written: ${message}\n`)
      end(1)
    }),
    stderr,
    environment: readEnvironment,
    openStores,
    clock: systemClock,
    onStop (stop) {
      const once = (): void => { stop(); forget() }
      const forget = (): void => { for (const signal of signals) process.off(signal, once) }
      for (const signal of signals) process.on(signal, once)
      return forget
    }
  }
}
