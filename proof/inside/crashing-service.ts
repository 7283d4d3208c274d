// The service, with a store that ends the process at one call: CRASH_AT is `N before` or `N after`, the Nth call that a request
// with the header x-played makes. Ended as kill -9 does: nothing is finished, nothing closed.
import { AsyncLocalStorage } from 'node:async_hooks'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config.js'
import { createLogger } from '../../src/log.js'
import { openStores } from '../../src/stores/open.js'

const [number, moment] = (process.env.CRASH_AT ?? '').split(' ')
const played = new AsyncLocalStorage<true>()
let calls = 0

type Verb = (...given: unknown[]) => unknown

async function die (): Promise<void> {
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => undefined)
}

/** Counts the calls of a played request; those of the service's own work are passed on. */
function mined (part: Record<string, unknown>): object {
  const call = (verb: Verb): Verb => async (...given) => {
    if (played.getStore() === undefined) return await verb.apply(part, given)
    calls += 1
    const isLast = calls === Number(number)
    if (isLast && moment === 'before') await die()
    const result = await verb.apply(part, given)
    if (isLast && moment === 'after') await die()
    return result
  }
  return new Proxy(part, { get: (_target, name: string) => typeof part[name] === 'function' ? call(part[name] as Verb) : part[name] })
}

const config = loadConfig(process.env)
const logger = createLogger({ level: config.logLevel })
const { stores } = await openStores(config, logger)
const members = Object.entries(stores) as Array<[string, unknown]>
const parts = new Map(members.map(([name, part]) => [name, typeof part === 'object' ? mined(part as Record<string, unknown>) : part]))
const app = await buildApp(config, { logger, stores: new Proxy(stores, { get: (_target, name: string) => parts.get(name) }) })
app.server.prependListener('request', ({ headers }) => { if (headers['x-played'] !== undefined) played.enterWith(true) })
await app.listen({ host: config.host, port: config.port })
