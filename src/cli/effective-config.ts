// A Config as the variables that would give it, without its secrets. A list of what may be shown, so that a new secret is not.
import { type Static } from '@sinclair/typebox'
import { type Config, type Environment } from '../config.js'

type Shown = Exclude<keyof Static<typeof Environment>, 'AUTH_SECRET' | 'AUTH_SECRET_FILE'>

/** Every variable with the value in effect. */
export function effectiveConfig (config: Config) {
  return {
    NODE_ENV: config.production ? 'production' : 'development',
    HOST: config.host,
    PORT: config.port,
    DATA_DIR: config.dataDir,
    DATABASE_URL: withoutCredentials(config.databaseUrl),
    PUBLIC_URL: config.publicUrl,
    JWT_ISSUER: config.jwt.issuer,
    JWT_AUDIENCE: config.jwt.audience,
    JWT_ALGORITHM: config.jwt.algorithm,
    ACCESS_TOKEN_TTL: `${config.jwt.accessTokenSeconds}s`,
    REFRESH_IDLE_TTL: `${config.sessions.idleSeconds}s`,
    REFRESH_MAX_TTL: `${config.sessions.maxSeconds}s`,
    REFRESH_GRACE: `${config.sessions.graceSeconds}s`,
    REVOCATION_POLL: `${config.revocationPollMilliseconds / 1000}s`,
    PASSWORD_MIN_LENGTH: config.passwordMinLength,
    ARGON2_MEMORY_KIB: config.argon2.memoryKib,
    ARGON2_TIME: config.argon2.time,
    ARGON2_PARALLELISM: config.argon2.parallelism,
    HASH_SLOTS: config.hashing.slots,
    HASH_QUEUE: config.hashing.queue,
    CORS_ORIGINS: config.corsOrigins.join(','),
    TRUST_PROXY: config.trustProxy.join(','),
    DOCS: config.docs ? 'on' : 'off',
    AUDIT_RETENTION_DAYS: config.auditRetentionDays,
    LOG_LEVEL: config.logLevel
  } satisfies Record<Shown, string | number>
}

/** Options of a connection string whose values are secrets (MongoDB's: AWS session tokens, passwords of key files and proxies). */
const secretOption = /([?&][^=&]*(?:password|properties|token|secret)[^=&]*)=[^&]*/gi

/** Greedy on purpose: a password with a bare @ in it must not show its second half. */
export function withoutCredentials (databaseUrl: string): string {
  if (databaseUrl.startsWith('sqlite:')) return databaseUrl
  return databaseUrl.replace(/^([a-z+]+:\/\/).*@/i, '$1[redacted]@').replace(secretOption, '$1=[redacted]')
}
