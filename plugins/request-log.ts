// A log for each request, that costs nothing until something is written to it.
import type { FastifyBaseLogger } from 'fastify'

type LogMethod = (this: RequestLog, ...given: unknown[]) => unknown
interface RequestLog { made?: Record<string, (...given: unknown[]) => unknown>, make: () => unknown }

const logMethods = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent', 'child'].map((name): [string, LogMethod] => [name, function (...given) {
  this.made ??= this.make() as NonNullable<RequestLog['made']>
  return this.made[name]?.(...given)
}]))

/**
 * The log of a request, made when something is first written to it: most requests write nothing but their one line
 * (plugins/access-log.ts), and a child logger for each costs more than that line. Fastify's `childLoggerFactory`.
 */
export function createRequestLog (logger: FastifyBaseLogger, bindings: Record<string, unknown>, options: object): FastifyBaseLogger {
  const log: RequestLog = Object.create(logMethods) as RequestLog
  log.make = () => logger.child(bindings, options)
  return log as unknown as FastifyBaseLogger
}
