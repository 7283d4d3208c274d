// Gatehouse as in production, on a store that was filled before. Accounts and sessions go into the store by the verbs of `store copy`, with one
// hash of the cost that is configured; access and refresh tokens are signed by the service's own code and keys, in this process. Logging
// 20,000 users in would take a quarter of an hour and leave the same behind.
import { hash } from 'argon2'
import { join } from 'node:path'
import { buildApp } from '../../src/app.js'
import { type Config, loadConfig } from '../../src/config.js'
import { newId } from '../../src/ids.js'
import { asPasswordHash, type PasswordHash } from '../../src/passwords/password-hash.js'
import { openStores } from '../../src/stores/open.js'
import type { Stores, TransferRows } from '../../src/stores/stores.js'
import { createRefreshTokens } from '../../src/tokens/refresh-token.js'
import { emailOf, password, personOf, spread } from '../population.js'
import { type Core, root, type Server, startServer } from '../processes.js'

/** With all that production has on, but mail: a log line a request, security headers, CORS, limits, metrics. */
const production = {
  NODE_ENV: 'production',
  AUTH_SECRET: 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA=',
  PUBLIC_URL: 'http://127.0.0.1:3000',
  CORS_ORIGINS: 'https://app.example.com',
  TRUST_PROXY: '127.0.0.1/32',
  METRICS_TOKEN: 'f3b1c5d7e9a2468013579bdf02468ace13579bdf',
  // Lives longer than a run.
  ACCESS_TOKEN_TTL: '12h',
  // No peer sends mail.
  EMAIL_VERIFICATION: 'off',
  SIGN_IN_MAIL: 'off'
}

/** What log-ins and registrations cost here. */
export const argon2Parameters: Config['argon2'] = loadConfig(production).argon2

export type Algorithm = 'EdDSA' | 'ES256' | 'HS256'

export interface House {
  users: number
  /** Starts a service on the store. */
  start (environment?: Record<string, string>, core?: Core): Promise<Server>
  /** Access tokens of as many different users, evenly spread. */
  accessTokens (count: number, algorithm?: Algorithm): Promise<string[]>
  /** Refresh tokens of as many new sessions. */
  refreshTokens (count: number): Promise<string[]>
  close (): Promise<void>
}

/** Fills an empty store with so many users and persons. */
export async function furnish (databaseUrl: string, folder: string, { users, persons }: { users: number, persons: number }): Promise<House> {
  const environment = { ...production, DATABASE_URL: databaseUrl, DATA_DIR: folder }
  const { stores, close } = await openStores({ databaseUrl })
  const userIds = await fill(stores, users, persons)
  const known = new Map<string, Promise<string[]>>()

  async function sign (count: number, algorithm: Algorithm): Promise<string[]> {
    const app = await buildApp(loadConfig({ ...environment, JWT_ALGORITHM: algorithm, LOG_LEVEL: 'silent' }), { stores })
    try {
      await app.ready()
      const tokens: string[] = []
      for (const index of spread(count, users)) {
        const { accessToken } = await app.issueAccessToken({ userId: userIds[index] as string, sessionId: newId(), role: 'client' })
        tokens.push(accessToken)
      }
      return tokens
    } finally {
      await app.close()
    }
  }

  return {
    users,
    start: async (more = {}, core = 0) => await startServer({ command: [process.execPath, join(root, 'bin/gatehouse.cjs'), 'start'], env: { ...environment, ...more }, core, readyPath: '/health/ready' }),
    async accessTokens (count, algorithm = 'EdDSA') {
      const key = `${algorithm} ${count}`
      const tokens = known.get(key) ?? sign(count, algorithm)
      known.set(key, tokens)
      return await tokens
    },
    async refreshTokens (count) {
      const { mint } = createRefreshTokens(Buffer.from(production.AUTH_SECRET))
      const before = newId()
      const sessions = spread(count, users).map((index) => sessionRow(userIds[index] as string))
      await stores.transfer.write('sessions', sessions, before, sessions.at(-1)?.id ?? null)
      return sessions.map(({ id, counter }) => mint(id, counter))
    },
    close
  }
}

const pageRows = 1000

/** Ids sort by time, so every page is a range after the one before. Resolves with the ids of the users. */
async function fill (stores: Stores, users: number, persons: number): Promise<string[]> {
  const { memoryKib: memoryCost, time: timeCost, parallelism } = argon2Parameters
  const passwordHash = asPasswordHash(await hash(password, { memoryCost, timeCost, parallelism })) as PasswordHash
  const ids: string[] = []
  for (let [from, after] = [0, '']; from < users; from += pageRows) {
    const rows = Array.from({ length: Math.min(pageRows, users - from) }, (_, index) => userRow(from + index, passwordHash))
    await stores.transfer.write('users', rows, after, rows.at(-1)?.id ?? null)
    for (const { id } of rows) ids.push(id)
    after = ids.at(-1) ?? ''
  }
  for (let [from, after] = [0, '']; from < persons; from += pageRows) {
    const rows = Array.from({ length: Math.min(pageRows, persons - from) }, (_, index) => personRow(from + index))
    await stores.transfer.write('persons', rows, after, rows.at(-1)?.id ?? null)
    after = rows.at(-1)?.id ?? ''
  }
  return ids
}

function userRow (index: number, passwordHash: PasswordHash): TransferRows['users'] {
  const now = new Date()
  return { id: newId(), email: emailOf(index), emailVerified: true, username: null, firstName: 'Ada', lastName: `Lovelace ${index}`, phone: null, role: 'client', disabled: false, createdAt: now, updatedAt: now, lastLoginAt: now, passwordHash, passwordVersion: 1 }
}

function personRow (index: number): TransferRows['persons'] {
  const now = new Date()
  return { id: newId(), ...personOf(index), createdAt: now, updatedAt: now, version: 1 }
}

function sessionRow (userId: string): TransferRows['sessions'] {
  const now = new Date()
  const until = new Date(now.getTime() + 30 * 86_400_000)
  return { id: newId(), userId, counter: 0, createdAt: now, lastUsedAt: now, rotatedAt: null, expiresAt: until, maxExpiresAt: until, endedAt: null, endReason: null, ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }
}
