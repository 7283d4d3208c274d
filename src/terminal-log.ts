// How the log looks on a terminal: a line each, the request's as `12:34:56 INFO: POST /login 200 35 ms`; an error keeps its stack.
import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import type PinoPretty from 'pino-pretty'

/** Of the line of a request (plugins/access-log.ts), what its words tell already, and a user that is nobody. */
const toldOfRequest = ['method', 'route', 'status', 'milliseconds']
// What a stranger sent must not move the cursor. Line feeds are kept, for the words of a fault may have several lines.
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g

type Line = Record<string, unknown>
const isRequest = ({ msg }: Line): boolean => msg === 'request'

function wordsOf (line: Line): string {
  if (!isRequest(line)) return String(line.msg ?? '').replace(control, '')
  const { method, route, status, milliseconds } = line
  return `${String(method)} ${String(route ?? '(no such address)')} ${String(status)} ${Math.round(Number(milliseconds))} ms`
}

/** The stream of lines for people. What writes it is loaded only where somebody looks. */
export function createTerminalLog (destination: Writable): PinoPretty.PrettyStream {
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof PinoPretty
  // Left out of the line is what is undefined.
  const unlessTold = (value: unknown, _key: string, line: unknown): string => (isRequest(line as Line) ? undefined : value) as string
  return pretty({
    colorize: true,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    messageFormat: wordsOf,
    customPrettifiers: {
      time: (time) => String(time),
      userId: (userId) => (userId ?? undefined) as string,
      ...Object.fromEntries(toldOfRequest.map((name) => [name, unlessTold]))
    },
    destination
  })
}
