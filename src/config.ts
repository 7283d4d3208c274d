// The only reader of the environment: one schema, then one frozen Config or a list of every fault.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Static, type TObject, type TUnsafe, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { loadAuthSecret } from './auth-secret.js'
import { parseDuration } from './durations.js'
import { readSender } from './mail/sender.js'
import { type Verification } from './recovery/notices.js'
import { type KeyAlgorithm } from './stores/stores.js'

const duration = (preset: string, help: string) => Type.String({ pattern: '^[1-9][0-9]{0,8}[smhd]$', default: preset, expects: 'a duration such as 10s, 5m, 2h or 30d', help })
const integer = (minimum: number, maximum: number, preset: number, help: string) => Type.Integer({ minimum, maximum, default: preset, expects: `a whole number from ${minimum} to ${maximum}`, help })
const choice = <const T extends readonly string[]>(values: T, preset: T[number], help: string) => Type.String({ pattern: `^(${values.join('|')})$`, default: preset, expects: `one of ${values.join(', ')}`, help }) as unknown as TUnsafe<T[number]>
const optional = (help: string, more: Record<string, unknown> = {}) => Type.Optional(Type.String({ minLength: 1, help, ...more }))

/** The dialects that there are (routes/dialects), and how long their access tokens live, in seconds. */
export const dialectTokenSeconds = { devdactic: 3600, joshmorony: 3600, slatepeak: 10_080, dotnetcurry: 3600, newbycoder: 3600 } as const
export type DialectName = keyof typeof dialectTokenSeconds
const dialect = `(${Object.keys(dialectTokenSeconds).join('|')})(@(:\\d{1,5}|(/[A-Za-z0-9][A-Za-z0-9._~-]*)+))?`

/** Every variable that the service reads. `default` is what holds where it is not set; `help` and `expects` are for people. */
export const Environment = Type.Object({
  NODE_ENV: choice(['development', 'production', 'test'], 'development', 'production asks for AUTH_SECRET and PUBLIC_URL'),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', expects: 'an address to listen on', help: 'The address to listen on' }),
  PORT: integer(0, 65535, 3000, 'The port to listen on; 0 takes a free one'),
  DATA_DIR: Type.String({ minLength: 1, default: './data', expects: 'a folder', help: 'The embedded store and the development secret' }),
  DATABASE_URL: optional('sqlite:PATH, mongodb://… or mongodb+srv://…; without it sqlite:DATA_DIR/gatehouse.db', { pattern: '^(sqlite:.+|mongodb(\\+srv)?://.+)$', expects: 'sqlite:PATH, mongodb://… or mongodb+srv://…', secret: true }),
  AUTH_SECRET: optional('At least 32 bytes that nobody can guess; made once in DATA_DIR in development. Try: openssl rand -base64 48', { secret: true }),
  AUTH_SECRET_FILE: optional('A file that holds AUTH_SECRET'),
  PUBLIC_URL: optional('The address that clients use; issuer of the tokens. Without it http://HOST:PORT', { pattern: '^https?://[^/?#\\s]+(/[^?#\\s]*)?$', expects: 'an http or https URL without query and fragment' }),
  JWT_ISSUER: optional('`iss` of the tokens; without it PUBLIC_URL'),
  JWT_AUDIENCE: Type.String({ minLength: 1, default: 'gatehouse', expects: 'a text', help: '`aud` of the tokens' }),
  JWT_ALGORITHM: choice(['EdDSA', 'ES256', 'HS256'], 'EdDSA', 'HS256 only for clients that hold the shared secret'),
  ACCESS_TOKEN_TTL: duration('10m', 'Life of an access token'),
  REFRESH_IDLE_TTL: duration('30d', 'Life of a session that is not used'),
  REFRESH_MAX_TTL: duration('90d', 'Life of a session altogether'),
  REFRESH_GRACE: duration('10s', 'How long the refresh token just replaced still gets the same successor; at most 5m'),
  REVOCATION_POLL: duration('1s', 'Within this time a revocation reaches every other instance'),
  PASSWORD_MIN_LENGTH: integer(8, 64, 8, 'In code points; 15 for NIST 800-63B-4 without a second factor'),
  ARGON2_MEMORY_KIB: integer(7168, 1048576, 19456, 'argon2id memory'),
  ARGON2_TIME: integer(1, 20, 2, 'argon2id passes'),
  ARGON2_PARALLELISM: integer(1, 16, 1, 'argon2id lanes'),
  HASH_SLOTS: Type.Optional(Type.Integer({ minimum: 1, maximum: 256, expects: 'a whole number from 1 to 256', help: 'Password hashes at once; without it as many as cores' })),
  HASH_QUEUE: integer(0, 10000, 64, 'Log-ins that wait for a slot before the answer is 503'),
  SMTP_URL: optional('smtp://[user:password@]host[:port] or smtps://…; without it mail is written to DATA_DIR/outbox', { pattern: '^smtps?://.+$', expects: 'an smtp:// or smtps:// URL', secret: true }),
  MAIL_FROM: optional('The sender of mail, such as Gatehouse <no-reply@example.com>; without it no-reply at the host of PUBLIC_URL'),
  PRODUCT_NAME: Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000-\\u001f]+$', default: 'Gatehouse', expects: 'a name of at most 60 characters', help: 'How mail and pages call the service' }),
  EMAIL_VERIFICATION: choice(['off', 'optional', 'required'], 'optional', 'required: no log-in before the address is verified'),
  SIGN_IN_MAIL: choice(['on', 'off'], 'on', 'A mail when an account is signed in to from a new device'),
  RESET_URL: optional('Where links to set a new password lead; without it PUBLIC_URL/reset', { pattern: '^https?://[^#\\s]+$', expects: 'an http or https URL without fragment' }),
  VERIFY_URL: optional('Where links to verify an address lead; without it PUBLIC_URL/verify', { pattern: '^https?://[^#\\s]+$', expects: 'an http or https URL without fragment' }),
  PASSWORD_RESET_TTL: duration('30m', 'Life of a link to set a new password; at most 12h'),
  EMAIL_VERIFICATION_TTL: duration('24h', 'Life of a link to verify an address'),
  CORS_ORIGINS: Type.String({ default: '', expects: 'exact origins such as https://app.example.com, separated by commas', help: 'Exact origins, separated by commas' }),
  TRUST_PROXY: Type.String({ default: '', expects: 'addresses or CIDRs, separated by commas', help: 'CIDRs of the proxies whose X-Forwarded-For counts, separated by commas' }),
  THROTTLE: choice(['on', 'off'], 'on', 'off lifts the limits per address, for load tests; those per account stay'),
  DIALECTS: Type.String({ pattern: `^(${dialect}(\\s*,\\s*${dialect})*)?$`, default: '', expects: `names out of ${Object.keys(dialectTokenSeconds).join(', ')}, separated by commas, each with a prefix (slatepeak@/v2) or a port of its own (dotnetcurry@:5050) where need be`, help: 'Older servers whose apps are served too, such as devdactic,slatepeak@/v2,dotnetcurry@:5050 (see docs/dialects)' }),
  DOCS: choice(['on', 'off'], 'on', 'The page /docs'),
  CONSOLE: choice(['on', 'off'], 'on', 'The web console at /, and /reset and /verify for the links in mail'),
  AUDIT_RETENTION_DAYS: integer(1, 3650, 90, 'Days that a line of the audit log is kept'),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'What the log tells')
}, { additionalProperties: false })

type Variables = Static<typeof Environment>

export interface Config {
  readonly production: boolean
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly databaseUrl: string
  readonly authSecret: Buffer
  readonly publicUrl: string
  readonly jwt: { readonly issuer: string, readonly audience: string, readonly algorithm: KeyAlgorithm, readonly accessTokenSeconds: number }
  readonly sessions: { readonly idleSeconds: number, readonly maxSeconds: number, readonly graceSeconds: number }
  readonly revocationPollMilliseconds: number
  readonly passwordMinLength: number
  readonly argon2: { readonly memoryKib: number, readonly time: number, readonly parallelism: number }
  readonly hashing: { readonly slots: number, readonly queue: number }
  readonly mail: {
    /** Null: mail goes to files in DATA_DIR/outbox. */
    readonly smtpUrl: string | null
    readonly from: string
    readonly productName: string
    readonly verification: Verification
    readonly signInMail: boolean
    readonly resetUrl: string
    readonly verifyUrl: string
    readonly resetSeconds: number
    readonly verificationSeconds: number
  }
  readonly corsOrigins: readonly string[]
  readonly trustProxy: readonly string[]
  readonly throttle: boolean
  /** As they stand in DIALECTS: `name`, `name@/prefix` or `name@:port`. */
  readonly dialects: readonly string[]
  /** The longest life of any access token, dialects' included, in seconds. */
  readonly longestTokenSeconds: number
  readonly docs: boolean
  readonly console: boolean
  readonly auditRetentionDays: number
  readonly logLevel: string
}

/** All that is wrong with the environment, a sentence each. */
export class ConfigError extends Error {
  readonly faults: readonly string[]
  constructor (faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Reads `.env` in the working folder, where there is one, beneath the process's own environment. */
export function readEnvironment (path = '.env'): Record<string, string | undefined> {
  let file = {}
  try {
    file = parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new ConfigError([`${path} could not be read: ${(error as Error).message}`])
  }
  return { ...file, ...process.env }
}

/**
 * The configuration that `environment` describes. Throws ConfigError with every fault at once. An empty value counts as
 * not set.
 */
export function loadConfig (environment: Record<string, string | undefined>): Config {
  const { variables, faults } = readVariables(environment)
  const production = variables.NODE_ENV === 'production'
  faults.push(...judge(variables, production))
  const { secret, faults: secretFaults = [] } = loadAuthSecret({ value: variables.AUTH_SECRET, file: variables.AUTH_SECRET_FILE, dataDir: String(variables.DATA_DIR), production })
  if (secret === undefined || faults.length > 0) throw new ConfigError([...faults, ...secretFaults])
  return assemble(variables, production, secret)
}

function readVariables (environment: Record<string, string | undefined>): { variables: Variables, faults: string[] } {
  const given: Record<string, string> = {}
  for (const name of Object.keys(Environment.properties)) {
    const value = environment[name]?.trim()
    if (value !== undefined && value !== '') given[name] = value
  }
  const converted = Value.Default(Environment, Object.fromEntries(Object.entries(given).map(([name, text]) => [name, valueOf(name, text)]))) as Variables
  const faults = new Map<string, string>()
  for (const { path } of Value.Errors(Environment, converted)) {
    const name = path.slice(1) as keyof Variables
    const rule: TObject['properties'][string] = Environment.properties[name]
    const shown = rule.secret === true ? '' : ` (it is ${JSON.stringify(given[name])})`
    faults.set(name, `${name} must be ${rule.expects}${shown}.`)
    Reflect.deleteProperty(converted, name)
  }
  return { variables: Value.Default(Environment, converted) as Variables, faults: [...faults.values()] }
}

/** What a variable's text stands for: a number only where one is asked for and written plainly, so that `1.5` does not become 1. */
function valueOf (name: string, text: string): string | number {
  const { type } = Environment.properties[name as keyof Variables]
  return type === 'integer' && /^\d{1,15}$/.test(text) ? Number(text) : text
}

function judge (variables: Variables, production: boolean): string[] {
  const faults: string[] = []
  const idle = seconds(variables.REFRESH_IDLE_TTL)
  if (seconds(variables.ACCESS_TOKEN_TTL) > 86400) faults.push('ACCESS_TOKEN_TTL must be at most 1d: every revocation is remembered that long.')
  if (idle > seconds(variables.REFRESH_MAX_TTL)) faults.push('REFRESH_IDLE_TTL must not be longer than REFRESH_MAX_TTL.')
  if (seconds(variables.ACCESS_TOKEN_TTL) > idle) faults.push('ACCESS_TOKEN_TTL must not be longer than REFRESH_IDLE_TTL.')
  if (seconds(variables.REFRESH_GRACE) > 300) faults.push('REFRESH_GRACE must be at most 5m: a longer one hides a stolen token.')
  if (seconds(variables.REVOCATION_POLL) > 60) faults.push('REVOCATION_POLL must be at most 1m.')
  if (variables.ARGON2_MEMORY_KIB * variables.ARGON2_TIME < 19456 * 2) faults.push('ARGON2_MEMORY_KIB × ARGON2_TIME must be at least 38912 (19456 × 2): less is weaker than OWASP asks.')
  if (slots(variables) > poolThreads() - 2) faults.push(`HASH_SLOTS must leave two threads of libuv's pool free: set UV_THREADPOOL_SIZE to ${slots(variables) + 2} or more (it is ${poolThreads()}).`)
  for (const origin of list(variables.CORS_ORIGINS)) {
    if (!isOrigin(origin)) faults.push(`CORS_ORIGINS must be exact origins such as https://app.example.com, separated by commas (${JSON.stringify(origin)} is none).`)
  }
  for (const range of list(variables.TRUST_PROXY)) {
    if (!isRange(range)) faults.push(`TRUST_PROXY must be addresses or CIDRs such as 10.0.0.0/8, separated by commas (${JSON.stringify(range)} is none).`)
  }
  if (seconds(variables.PASSWORD_RESET_TTL) > 12 * 3600) faults.push('PASSWORD_RESET_TTL must be at most 12h.')
  if (variables.MAIL_FROM !== undefined && readSender(variables.MAIL_FROM) === null) faults.push('MAIL_FROM must be an address, or a name and an address such as Gatehouse <no-reply@example.com>.')
  if (production) faults.push(...judgePublicUrl(variables.PUBLIC_URL))
  if (production && variables.SMTP_URL === undefined && variables.EMAIL_VERIFICATION !== 'off') faults.push('SMTP_URL is required in production, such as smtps://user:password@mail.example.com. Without mail: EMAIL_VERIFICATION=off.')
  return faults
}

function judgePublicUrl (url: string | undefined): string[] {
  if (url === undefined) return ['PUBLIC_URL is required in production: the address that clients use, such as https://auth.example.com.']
  const { protocol, hostname } = new URL(url)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
  return protocol === 'https:' || loopback ? [] : ['PUBLIC_URL must be https in production, unless it is loopback.']
}

function assemble (variables: Variables, production: boolean, authSecret: Buffer): Config {
  const publicUrl = (variables.PUBLIC_URL ?? `http://${publicHost(variables.HOST)}:${variables.PORT}`).replace(/\/+$/, '')
  return Object.freeze({
    production,
    host: variables.HOST,
    port: variables.PORT,
    dataDir: variables.DATA_DIR,
    databaseUrl: variables.DATABASE_URL ?? `sqlite:${join(variables.DATA_DIR, 'gatehouse.db')}`,
    authSecret,
    publicUrl,
    jwt: { issuer: variables.JWT_ISSUER ?? publicUrl, audience: variables.JWT_AUDIENCE, algorithm: variables.JWT_ALGORITHM, accessTokenSeconds: seconds(variables.ACCESS_TOKEN_TTL) },
    sessions: { idleSeconds: seconds(variables.REFRESH_IDLE_TTL), maxSeconds: seconds(variables.REFRESH_MAX_TTL), graceSeconds: seconds(variables.REFRESH_GRACE) },
    revocationPollMilliseconds: seconds(variables.REVOCATION_POLL) * 1000,
    passwordMinLength: variables.PASSWORD_MIN_LENGTH,
    argon2: { memoryKib: variables.ARGON2_MEMORY_KIB, time: variables.ARGON2_TIME, parallelism: variables.ARGON2_PARALLELISM },
    hashing: { slots: slots(variables), queue: variables.HASH_QUEUE },
    mail: {
      smtpUrl: variables.SMTP_URL ?? null,
      from: variables.MAIL_FROM ?? `${variables.PRODUCT_NAME.replace(/["<>]/g, '')} <no-reply@${senderHost(publicUrl)}>`,
      productName: variables.PRODUCT_NAME,
      verification: variables.EMAIL_VERIFICATION,
      signInMail: variables.SIGN_IN_MAIL === 'on',
      resetUrl: variables.RESET_URL ?? `${publicUrl}/reset`,
      verifyUrl: variables.VERIFY_URL ?? `${publicUrl}/verify`,
      resetSeconds: seconds(variables.PASSWORD_RESET_TTL),
      verificationSeconds: seconds(variables.EMAIL_VERIFICATION_TTL)
    },
    corsOrigins: list(variables.CORS_ORIGINS),
    trustProxy: list(variables.TRUST_PROXY),
    throttle: variables.THROTTLE === 'on',
    dialects: list(variables.DIALECTS),
    longestTokenSeconds: Math.max(seconds(variables.ACCESS_TOKEN_TTL), ...list(variables.DIALECTS).map((mount) => dialectTokenSeconds[mount.replace(/@.*/, '') as DialectName])),
    docs: variables.DOCS === 'on',
    console: variables.CONSOLE === 'on',
    auditRetentionDays: variables.AUDIT_RETENTION_DAYS,
    logLevel: variables.LOG_LEVEL
  })
}

const seconds = (text: string): number => parseDuration(text) ?? 0
const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '')
const poolThreads = (): number => Number(process.env.UV_THREADPOOL_SIZE) || 4
const slots = (variables: Variables): number => variables.HASH_SLOTS ?? Math.max(1, Math.min(availableParallelism(), poolThreads() - 2))

function publicHost (host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** A host that mail can come from: an address of loopback or an IP address is no domain. */
function senderHost (publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : 'localhost'
}

function isOrigin (text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text)
}

function isRange (text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
