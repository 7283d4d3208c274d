// The house: the production options, then the plugins and the routes in the order to read them in. Tests build the very same.
import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import context from '../plugins/context.js'
import { answerEarly } from '../plugins/early-errors.js'
import front from '../plugins/front.js'
import gauges from '../plugins/gauges.js'
import housekeeping from '../plugins/housekeeping.js'
import identity from '../plugins/identity.js'
import limiters from '../plugins/limiters.js'
import load from '../plugins/load.js'
import mail from '../plugins/mail.js'
import metrics from '../plugins/metrics.js'
import openapi from '../plugins/openapi.js'
import problems from '../plugins/problems.js'
import { createRequestLog } from '../plugins/request-log.js'
import { buildSerializer } from '../plugins/serialization.js'
import services from '../plugins/services.js'
import stores from '../plugins/stores.js'
import tokens from '../plugins/tokens.js'
import tracing from '../plugins/tracing.js'
import { createTrust } from '../plugins/trust.js'
import { buildValidator } from '../plugins/validation.js'
import warnings from '../plugins/warnings.js'
import dialects from '../routes/dialects/index.js'
import routes from '../routes/index.js'
import metricsPort from '../routes/metrics-port.js'
import { type Clock, systemClock } from './clock.js'
import type { Config } from './config.js'
import { newRequestId } from './ids.js'
import type { Stores } from './stores/stores.js'
import type { Primary } from './workers/primary-link.js'

/** What the process adds, and what tests may put in place of the real thing. */
export interface Overrides {
  clock?: Clock
  /** An open store; who opened it closes it. */
  stores?: Stores
  logger?: FastifyServerOptions['loggerInstance']
  /** Where this process is one of several workers. */
  primary?: Primary | null
}

const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/

/** Fastify's options in production. The times are milliseconds; each was measured to close what drips or idles. */
function serverOptions (config: Config, loggerInstance: Overrides['logger']) {
  return {
    bodyLimit: 16 * 1024,
    // Bringing a large database up to date at the start may take longer than the usual ten seconds.
    pluginTimeout: 60_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    http: { headersTimeout: 5000, connectionsCheckingInterval: 1000, requireHostHeader: false },
    childLoggerFactory: createRequestLog,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // While it stops, what still comes over an open connection is served, and the connection closed with the answer.
    return503OnClosing: false,
    requestIdHeader: false as const,
    genReqId: (request: { headers: Record<string, unknown> }) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && requestIdPattern.test(given) ? given : newRequestId()
    },
    trustProxy: config.trustProxy.length > 0 && createTrust(config.trustProxy),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 256 },
    ...answerEarly(config),
    schemaController: { compilersFactory: { buildSerializer, buildValidator } },
    ...(loggerInstance === undefined ? { logger: false } : { loggerInstance })
  }
}

export async function buildApp (config: Config, overrides: Overrides = {}): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify(serverOptions(config, overrides.logger))

  try {
    await furnish(app, config, overrides)
  } catch (error) {
    // What was opened before the fault, the store above all, is nobody else's to close.
    await app.close()
    throw error
  }
  return app
}

/** In place of stores where nobody asks them anything: registering routes only takes them apart. */
const unasked = new Proxy({}, { get: () => ({}) }) as Stores

/** Rejects as buildApp does where the routes cannot stand side by side (DIALECTS), without opening a store or listening anywhere. */
export async function rehearse (config: Config): Promise<void> {
  const app = await buildApp({ ...config, metrics: { token: null, port: null }, tracing: null }, { stores: unasked })
  await app.close()
}

async function furnish (app: FastifyInstance, config: Config, overrides: Overrides): Promise<void> {
  await app.register(context, { config, clock: overrides.clock ?? systemClock, primary: overrides.primary ?? null })
  await app.register(warnings)
  await app.register(metrics)
  await app.register(tracing)
  await app.register(problems)
  await app.register(load)
  await app.register(limiters)
  await app.register(front)
  await app.register(openapi)
  await app.register(stores, overrides.stores === undefined ? {} : { stores: overrides.stores })
  await app.register(tokens, { longestTokenSeconds: config.longestTokenSeconds })
  await app.register(mail)
  await app.register(services)
  await app.register(gauges)
  await app.register(identity)
  await app.register(housekeeping)
  await app.register(routes)
  const createServer = () => Fastify(serverOptions(config, overrides.logger))
  await app.register(dialects, { createServer })
  await app.register(metricsPort, { createServer })
}
