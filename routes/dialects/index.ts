// The dialects: older servers' APIs over the same accounts, so that an app moves by changing its base URL. DIALECTS says which.
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../src/config.js'
import type { DialectName } from '../../src/environment.js'
import { createClaims } from './claims.js'
import type { Dialect } from './dialect.js'
import { devdactic } from './devdactic/index.js'
import { dotnetcurry } from './dotnetcurry/index.js'
import { joshmorony } from './joshmorony/index.js'
import { readMounts } from './mounts.js'
import { newbycoder } from './newbycoder/index.js'
import { furnish } from './own-server.js'
import { scopeOf } from './scope.js'
import { slatepeak } from './slatepeak/index.js'

export const known: Readonly<Record<DialectName, Dialect>> = { devdactic, joshmorony, slatepeak, dotnetcurry, newbycoder }

export interface DialectsOptions {
  /** A bare server with the options that the main one has. */
  createServer: () => FastifyInstance
}

/** Registered after the routes of the main API, so that it sees them. Throws where DIALECTS cannot be had as it stands. */
export default async function dialects (app: FastifyInstance, { createServer }: DialectsOptions): Promise<void> {
  const claim = createClaims(app)
  const prefixes = new Set([''])
  for (const { name, prefix, port } of readMounts(app.config)) {
    if (port === null) await app.register(scopeOf(known[name], { claim, ownsPrefix: !prefixes.has(prefix) }), { prefix })
    else await serveAlone(app, name, port, createServer())
    prefixes.add(prefix)
  }
}

/** Listens before the main server does, so that a port which is taken stops the start; closes before the services go. */
async function serveAlone (app: FastifyInstance, name: DialectName, port: number, server: FastifyInstance): Promise<void> {
  await furnish(server, app, known[name])
  app.addHook('onReady', async function listenInDialect () {
    await listen(server, app.config, name, port)
  })
  app.addHook('preClose', async function closeDialect () {
    await server.close()
  })
}

async function listen (server: FastifyInstance, { host }: Config, name: DialectName, port: number): Promise<void> {
  try {
    await server.listen({ host, port, listenTextResolver: (address) => `${name} is served at ${address}` })
  } catch (error) {
    throw new Error(`DIALECTS: ${name} cannot listen on port ${port}: ${(error as Error).message}`, { cause: error })
  }
}
