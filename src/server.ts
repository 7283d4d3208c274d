// The process: configuration, house, listening, and a graceful end. With WORKERS it is the primary of several, or one of them.
import cluster from 'node:cluster'
import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildApp } from './app.js'
import { type Config, ConfigError, configFaults, loadConfig } from './config.js'
import { lendTracing, readEnvironment } from './env-file.js'
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
const lastCallLimit = 7000
/** Where connections still come so long after the signal, in milliseconds, those who wait for a hash are told 503 already: it is the
 * processor that accepting them lacks, one a turn. */
const hurryAfter = 2000
/** From so long after the signal on, in milliseconds, the store takes no more work: who asks a slow one for more is told 503, while there is
 * time to tell. */
const storeUntil = 7500
/** What is still open so long, in milliseconds, after everything has been closed is cut off. */
const lastBreath = 250
/** A worker that is replaced waits so long for its connections to end: a little longer than an idle one is kept (src/app.ts). */
const goodbyeLimit = 6000

/** Runs the service until SIGTERM or SIGINT. A fault in the configuration or at the start is told in words, with exit code 1. */
export async function serve (): Promise<void> {
  let logger: Logger | undefined
  try {
    const environment = readEnvironment()
    const config = loadConfig(environment)
    lendTracing(environment)
    logger = createLogger({ level: config.logLevel })
    if (cluster.isWorker) return await serveAsWorker(config, logger.child({ pid: process.pid }))
    if (config.workers > 1) return await (await import('./workers/primary.js')).runPrimary({ count: config.workers, logger })
    const app = await buildApp(config, { logger })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        // A second signal does not wait.
        process.once(signal, () => process.exit(1))
        void stop(app, signal)
      })
    }
    await listen(app, config)
  } catch (error) {
    logger?.flush()
    process.stderr.write(`gatehouse cannot start: ${error instanceof ConfigError ? configFaults(error).join('\n') : (error as Error).message}\n`)
    process.exit(1)
  }
}

/** What the system says of a name that stands for no address, or an address that is another machine's. */
const notHere = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'])

async function listen (app: FastifyInstance, { host, port, docs, publicUrl, production }: Config): Promise<void> {
  await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw notHere.has(String(error.code)) ? new Error(`HOST=${host} is no address of this machine (${error.message}).`, { cause: error }) : error
  })
  // With PORT=0 and no PUBLIC_URL the port is known only now.
  const home = publicUrl.replace(/:0$/, `:${(app.server.address() as AddressInfo).port}`)
  app.log.info({ docs: docs ? `${home}/docs` : null, store: app.stores.engine, production }, 'Gatehouse is serving')
}

/** Ends when the primary says so, when it is gone, or at a signal. Rejects as the start does. */
async function serveAsWorker (config: Config, logger: Logger): Promise<void> {
  const { joinPrimary } = await import('./workers/membership.js')
  const member = joinPrimary()
  const app = await buildApp(config, { logger, primary: member.primary })
  await listen(app, config)
  const hurry = new AbortController()
  let leaving = false

  async function leave (word: string): Promise<void> {
    if (word !== 'retire') hurry.abort()
    // A terminal tells the whole group, the primary among it: once is enough.
    if (leaving) return
    leaving = true
    if (word === 'retire') await letClientsGo(app, hurry.signal)
    await stop(app, word)
    member.leave()
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { void leave(signal) })
  member.serving((word) => { void leave(word) })
}

/** Takes no new requests, finishes those under way, closes the store. */
async function stop (app: FastifyInstance, signal: string): Promise<void> {
  app.log.info({ signal }, 'stopping')
  setTimeout(() => process.exit(1), stopLimit).unref()
  setTimeout(() => { app.services.hasher.shed() }, shedAfter).unref()
  setTimeout(() => { void app.stores.close() }, storeUntil).unref()
  const hurry = setTimeout(() => { app.services.hasher.shed() }, hurryAfter)
  await untilQuiet(app.server)
  clearTimeout(hurry)
  await app.close()
  app.log.info('stopped')
  process.exitCode = 0
  // Everything of ours is closed. A collector of traces that keeps its connection open without a word is not waited for.
  setTimeout(() => process.exit(), lastBreath).unref()
}

/** Node accepts one waiting connection a turn of its loop: with much to do, a fixed pause would be over before all were accepted. */
async function untilQuiet (server: FastifyInstance['server']): Promise<void> {
  let arrivals = 0
  server.on('connection', () => { arrivals += 1 })
  const until = performance.now() + lastCallLimit
  for (let before = -1; before !== arrivals && performance.now() < until;) {
    before = arrivals
    await sleep(lastCall)
    // A process that has stood still comes to its timers first: who has come meanwhile is accepted after them.
    await nextTurn()
  }
}

/** Closing resets a connection on which the next request is just under way. So each is told to end with its next answer, on whatever
 * port, and those that nobody uses run out by themselves. They are not waited for once `hurry` says so. */
async function letClientsGo ({ server }: FastifyInstance, hurry: AbortSignal): Promise<void> {
  subscribe('http.server.request.start', (message) => { (message as { response: ServerResponse }).response.shouldKeepAlive = false })
  const until = performance.now() + goodbyeLimit
  const connections = async (): Promise<number> => await new Promise((resolve) => { server.getConnections((_error, count) => { resolve(count) }) })
  while (await connections() > 0 && performance.now() < until && !hurry.aborted) await sleep(lastCall)
}
