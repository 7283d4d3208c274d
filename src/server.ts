// The process: configuration, house, listening, and a graceful end.
import { setTimeout as sleep } from 'node:timers/promises'
import { type FastifyInstance } from 'fastify'
import { type Logger } from 'pino'
import { buildApp } from './app.js'
import { ConfigError, configFaults, loadConfig, readEnvironment } from './config.js'
import { createLogger } from './log.js'

/** A stop that takes longer than this, in milliseconds, is cut short. */
const stopLimit = 10_000
/** Who still waits for a password to be hashed so many milliseconds after the signal is told 503: the rest of the time is for those
 * that have their hash. */
const shedAfter = 5000
/** Listening ends when no connection has come for so long, in milliseconds: closing resets connections that wait to be accepted or
 * read, and what was sent before the signal is to be answered. */
const lastCall = 100
/** Where connections come all the time, listening ends so long after the signal all the same. */
const lastCallLimit = 4000

/** Runs the service until SIGTERM or SIGINT. A fault in the configuration or at the start is told in words, with exit code 1. */
export async function serve (): Promise<void> {
  let logger: Logger | undefined
  try {
    const config = loadConfig(readEnvironment())
    logger = createLogger({ level: config.logLevel })
    const app = await buildApp(config, { logger })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => { void stop(app, signal) })
    await app.listen({ host: config.host, port: config.port })
    logger.info({ docs: config.docs ? `${config.publicUrl}/docs` : null, store: app.stores.engine, production: config.production }, 'Gatehouse is serving')
  } catch (error) {
    logger?.flush()
    process.stderr.write(`gatehouse cannot start: ${error instanceof ConfigError ? configFaults(error).join('\n') : (error as Error).message}\n`)
    process.exit(1)
  }
}

/** Takes no new requests, finishes those under way, closes the store. A second signal does not wait. */
async function stop (app: FastifyInstance, signal: NodeJS.Signals): Promise<void> {
  app.log.info({ signal }, 'stopping')
  process.once(signal, () => process.exit(1))
  setTimeout(() => process.exit(1), stopLimit).unref()
  setTimeout(() => { app.services.hasher.shed() }, shedAfter).unref()
  await untilQuiet(app.server)
  await app.close()
  app.log.info('stopped')
  process.exitCode = 0
}

/** Node accepts one waiting connection a turn of its loop: with much to do, a fixed pause would be over before all were accepted. */
async function untilQuiet (server: FastifyInstance['server']): Promise<void> {
  let arrivals = 0
  server.on('connection', () => { arrivals += 1 })
  const until = performance.now() + lastCallLimit
  for (let before = -1; before !== arrivals && performance.now() < until;) {
    before = arrivals
    await sleep(lastCall)
  }
}
