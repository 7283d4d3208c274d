// The log: JSON lines for machines, coloured lines on a terminal. Secrets are kept out at the source (plugins/access-log.ts); the
// redaction here is the second lock.
import type { Writable } from 'node:stream'
import pino, { type Logger, type LoggerOptions } from 'pino'
import { createTerminalLog } from './terminal-log.js'

const secretMembers = ['password', 'currentPassword', 'newPassword', 'passwordHash', 'token', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'authSecret']
const redact = { paths: secretMembers.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' }

export interface LogOptions {
  level: string
  /** Where the lines go; standard output where it is left out. */
  destination?: Writable & { isTTY?: boolean }
}

/** A logger. `err` is written with its causes, but never with the options or documents that drivers hang on theirs. */
export function createLogger ({ level, destination }: LogOptions): Logger {
  const options = { level, redact, base: null, timestamp: createTimestamp(), serializers: { err: describeError } }
  const output = destination ?? process.stdout
  if (output.isTTY === true) return pino(options, createTerminalLog(output))
  return destination === undefined ? createFileLogger(options, { fd: 1 }) : pino(options, destination)
}

/** So many bytes wait for a log that cannot be written, or not as fast as it grows; about ten thousand lines. */
const usualRoom = 2 ** 21

/** So long, in milliseconds, after a failure what waits is tried again. */
const retryAfter = 1000

/**
 * A logger that writes to an open file or pipe, beside the work of the process. A log that cannot be written, its disk being full, is no
 * reason to stop: what comes is kept up to `room` bytes, then lost, and how many lines are is told when it can be written again.
 */
export function createFileLogger (options: LoggerOptions, { fd, room = usualRoom }: { fd: number, room?: number }): Logger {
  const output = pino.destination({ fd, sync: false, maxLength: room })
  const { flushSync } = output
  const logger = pino(options, output)
  let isFailing = false
  let retry: NodeJS.Timeout | undefined
  let lost = 0
  output.on('error', () => {
    isFailing = true
    retry ??= setTimeout(() => {
      retry = undefined
      // A line for which there is no room does not bring what waits out.
      output.write('')
    }, retryAfter).unref()
  })
  output.on('drop', () => { lost += 1 })
  output.on('write', () => { isFailing = false })
  output.on('drain', () => {
    if (lost > 0) logger.warn({ lines: lost }, 'lines of the log are lost: it could not be written')
    lost = 0
  })
  // At the end of the process; left to itself it tries for ever.
  output.flushSync = () => { if (!isFailing) flushSync.call(output) }
  return logger
}

/** `time` of a line (RFC 3339, UTC). The text of a millisecond is written once: at full load ten lines share one. */
function createTimestamp (): () => string {
  let written = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== written) {
      written = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}

interface DescribedError { type: string, message: string, code?: string, stack?: string, cause?: DescribedError }

/** What a log may tell of an error: name, message, code, stack and the same of its causes. */
function describeError (error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error ? String(error.code) : undefined
  return {
    type: name,
    message: hideCredentials(message),
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack: hideCredentials(stack) }),
    ...(cause !== undefined && depth < 4 && { cause: describeError(cause, depth + 1) })
  }
}

/** Takes user and password out of any URL in the text: drivers like to quote the connection string. */
export function hideCredentials (text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1[redacted]@')
}
