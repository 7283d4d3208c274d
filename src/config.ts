// Reads the environment by one schema (environment.ts) to one frozen Config or a list of every fault.
import { availableParallelism } from 'node:os'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { TObject } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { loadAuthSecret } from './auth-secret.js'
import { parseDuration } from './durations.js'
import { type DialectName, dialectTokenSeconds, Environment, type Variables } from './environment.js'
import { readSender } from './mail/sender.js'
import { readSmtpServer, smtpUrlForm, type SmtpServer } from './mail/smtp-server.js'
import { readSubjects, type Subjects } from './mail/subjects.js'
import type { Verification } from './recovery/notices.js'
import { faultOfDatabaseUrl } from './stores/database-url.js'
import type { KeyAlgorithm } from './stores/stores.js'
import { readTracing, type TracingSettings } from './tracing/settings.js'

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
    readonly smtp: SmtpServer | null
    readonly from: string
    readonly productName: string
    readonly subjects: Subjects
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
  /** 0: nothing is shed. */
  readonly shedAfterMilliseconds: number
  /** As they stand in DIALECTS: `name`, `name@/prefix` or `name@:port`. */
  readonly dialects: readonly string[]
  /** The longest life of any access token, dialects' included, in seconds. */
  readonly longestTokenSeconds: number
  /** Processes that serve together; 1: this one alone. */
  readonly workers: number
  readonly docs: boolean
  readonly console: boolean
  /** `token` null: there are none. `port` null: on the main port. */
  readonly metrics: { readonly token: string | null, readonly port: number | null }
  /** Null: nothing is traced. */
  readonly tracing: TracingSettings | null
  /** Null: only admins read the revocations. */
  readonly revocationsToken: string | null
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

/** The faults as people are told them, line by line. */
export function configFaults ({ faults }: ConfigError): string[] {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  return [`The configuration has ${count}:`, ...faults.map((fault) => `  - ${fault}`)]
}

/**
 * The configuration that `environment` describes. Throws ConfigError with every fault at once. An empty value counts as
 * not set.
 */
export function loadConfig (environment: Record<string, string | undefined>): Config {
  const { variables, faultOf } = readVariables(environment)
  const production = variables.NODE_ENV === 'production'
  // What is not in its form is told so once, and not as missing besides.
  const judged = judge(variables, production).filter((fault) => !faultOf.has(fault.slice(0, fault.indexOf(' '))))
  const faults = [...faultOf.values(), ...judged]
  const { secret, faults: secretFaults = [] } = loadAuthSecret({ value: variables.AUTH_SECRET, file: variables.AUTH_SECRET_FILE, dataDir: String(variables.DATA_DIR), production })
  if (secret === undefined || faults.length > 0) throw new ConfigError([...faults, ...secretFaults])
  return assemble(variables, production, secret)
}

function readVariables (environment: Record<string, string | undefined>): { variables: Variables, faultOf: Map<string, string> } {
  const given: Record<string, string> = {}
  for (const name of Object.keys(Environment.properties)) {
    const value = environment[name]?.trim()
    if (value !== undefined && value !== '') given[name] = value
  }
  const converted = Value.Default(Environment, Object.fromEntries(Object.entries(given).map(([name, text]) => [name, valueOf(name, text)]))) as Variables
  const faultOf = new Map<string, string>()
  for (const { path } of Value.Errors(Environment, converted)) {
    const name = path.slice(1) as keyof Variables
    const rule: TObject['properties'][string] = Environment.properties[name]
    const shown = rule.secret === true ? '' : ` (it is ${JSON.stringify(given[name])})`
    faultOf.set(name, `${name} must be ${rule.expects}${shown}.`)
    Reflect.deleteProperty(converted, name)
  }
  return { variables: Value.Default(Environment, converted) as Variables, faultOf }
}

/** What a variable's text stands for: a number only where one is asked for and written plainly, so that `1.5` does not become 1. */
function valueOf (name: string, text: string): string | number {
  const { type } = Environment.properties[name as keyof Variables]
  return type === 'integer' && /^\d{1,15}$/.test(text) ? Number(text) : text
}

function judge (variables: Variables, production: boolean): string[] {
  const faults: string[] = []
  const ofDatabase = variables.DATABASE_URL === undefined ? null : faultOfDatabaseUrl(variables.DATABASE_URL)
  if (ofDatabase !== null) faults.push(`DATABASE_URL ${ofDatabase}`)
  const idle = seconds(variables.REFRESH_IDLE_TTL)
  if (seconds(variables.ACCESS_TOKEN_TTL) > 86400) faults.push('ACCESS_TOKEN_TTL must be at most 1d: every revocation is remembered that long.')
  if (idle > seconds(variables.REFRESH_MAX_TTL)) faults.push('REFRESH_IDLE_TTL must not be longer than REFRESH_MAX_TTL.')
  if (seconds(variables.ACCESS_TOKEN_TTL) > idle) faults.push('ACCESS_TOKEN_TTL must not be longer than REFRESH_IDLE_TTL.')
  if (seconds(variables.REFRESH_GRACE) > 300) faults.push('REFRESH_GRACE must be at most 5m: a longer one hides a stolen token.')
  if (seconds(variables.REVOCATION_POLL) > 60) faults.push('REVOCATION_POLL must be at most 1m.')
  if (variables.ARGON2_MEMORY_KIB * variables.ARGON2_TIME < 19456 * 2) faults.push('ARGON2_MEMORY_KIB × ARGON2_TIME must be at least 38912 (19456 × 2): less is weaker than OWASP asks.')
  if (slots(variables) > poolThreads() - 2) faults.push(`HASH_SLOTS must leave two threads of libuv's pool free: set UV_THREADPOOL_SIZE to ${slots(variables) + 2} or more (it is ${poolThreads()}).`)
  for (const origin of list(variables.CORS_ORIGINS)) {
    if (isOrigin(origin)) continue
    const examples = 'https://app.example.com or capacitor://localhost'
    faults.push(`CORS_ORIGINS must be exact origins such as ${examples}, separated by commas (${JSON.stringify(origin)} is none).`)
  }
  for (const range of list(variables.TRUST_PROXY)) {
    if (!isRange(range)) faults.push(`TRUST_PROXY must be addresses or CIDRs such as 10.0.0.0/8, separated by commas (${JSON.stringify(range)} is none).`)
  }
  if (seconds(variables.PASSWORD_RESET_TTL) > 12 * 3600) faults.push('PASSWORD_RESET_TTL must be at most 12h.')
  if (variables.MAIL_FROM !== undefined && readSender(variables.MAIL_FROM) === null) faults.push('MAIL_FROM must be an address, or a name and an address such as Gatehouse <no-reply@example.com>.')
  for (const name of ['RESET_URL', 'VERIFY_URL'] as const) {
    if (variables.CONSOLE === 'on' || variables[name] !== undefined) continue
    faults.push(`${name} is required with CONSOLE=off: links in mail would lead to a page of the console.`)
  }
  if (variables.METRICS_PORT !== undefined && variables.METRICS_TOKEN === undefined) faults.push('METRICS_TOKEN is required with METRICS_PORT: without it there are no metrics.')
  if (!URL.canParse(publicUrlOf(variables))) {
    faults.push(variables.PUBLIC_URL === undefined ? `HOST must be an address to listen on (it is ${JSON.stringify(variables.HOST)}).` : 'PUBLIC_URL must be an http or https URL.')
  } else if (production) faults.push(...judgePublicUrl(variables.PUBLIC_URL))
  if (variables.SMTP_URL !== undefined && smtpOf(variables) === null) faults.push(`SMTP_URL must be ${smtpUrlForm}.`)
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
  const publicUrl = publicUrlOf(variables)
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
      smtp: smtpOf(variables),
      from: variables.MAIL_FROM ?? `${variables.PRODUCT_NAME.replace(/["<>]/g, '')} <no-reply@${senderHost(publicUrl)}>`,
      productName: variables.PRODUCT_NAME,
      subjects: readSubjects((name) => variables[name]),
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
    shedAfterMilliseconds: variables.SHED_AFTER_MS,
    dialects: list(variables.DIALECTS),
    longestTokenSeconds: Math.max(seconds(variables.ACCESS_TOKEN_TTL), ...list(variables.DIALECTS).map((mount) => dialectTokenSeconds[mount.replace(/@.*/, '') as DialectName])),
    workers: workers(variables),
    docs: variables.DOCS === 'on',
    console: variables.CONSOLE === 'on',
    metrics: { token: variables.METRICS_TOKEN ?? null, port: variables.METRICS_PORT ?? null },
    tracing: readTracing(variables),
    revocationsToken: variables.REVOCATIONS_TOKEN ?? null,
    auditRetentionDays: variables.AUDIT_RETENTION_DAYS,
    logLevel: variables.LOG_LEVEL
  })
}

/** Of a text that the schema has let pass as a duration. */
const seconds = (text: string): number => parseDuration(text) as number
const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '')
const smtpOf = ({ SMTP_URL }: Variables): SmtpServer | null => SMTP_URL === undefined ? null : readSmtpServer(SMTP_URL)
const poolThreads = (): number => Number(process.env.UV_THREADPOOL_SIZE) || 4
const workers = ({ WORKERS }: Variables): number => WORKERS === 'auto' ? availableParallelism() : Number(WORKERS)
const slots = (variables: Variables): number => variables.HASH_SLOTS ?? Math.max(1, Math.min(Math.floor(availableParallelism() / workers(variables)), poolThreads() - 2))

function publicUrlOf ({ PUBLIC_URL, HOST, PORT }: Variables): string {
  return (PUBLIC_URL ?? `http://${publicHost(HOST)}:${PORT}`).replace(/\/+$/, '')
}

function publicHost (host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** A host that mail can come from: an address of loopback or an IP address is no domain. */
function senderHost (publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : 'localhost'
}

/** Schemes whose pages have no origin of their own to compare: browsers send `null` for them, or none. */
const withoutOrigin = /^(?:about|blob|data|file|ftp|javascript|wss?):/
/** The page of an app in a web view, such as capacitor://localhost. WHATWG calls its origin opaque; the web views send it all the same. */
const appOrigin = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9]\d{0,4})?$/

function isOrigin (text: string): boolean {
  // A wildcard would pass as the name of a host, and match nothing.
  if (!URL.canParse(text) || text.includes('*')) return false
  if (/^https?:/i.test(text)) return new URL(text).origin === text
  return appOrigin.test(text) && !withoutOrigin.test(text)
}

function isRange (text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
