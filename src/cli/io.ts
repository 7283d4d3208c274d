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

/** The world as it is. */
export function processIo (): Io {
  let gone = false
  // Who reads only the beginning of what is printed (`| head`) has not made a fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    gone = true
  })
  return {
    stdin: process.stdin,
    stdout: {
      isTTY: process.stdout.isTTY,
      get gone () { return gone },
      write: (text) => gone || process.stdout.write(text)
    },
    stderr: process.stderr,
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
