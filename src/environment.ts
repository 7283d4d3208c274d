// Every variable that the service reads, in one schema: its form, its default, and what people are told about it.
import { type Static, type TString, type TUnsafe, Type } from '@sinclair/typebox'
import { subjects, type SubjectVariable } from './mail/subjects.js'

const duration = (preset: string, help: string) => Type.String({ pattern: '^[1-9][0-9]{0,8}[smhd]$', default: preset, expects: 'a duration such as 10s, 5m, 2h or 30d', help })
const integer = (minimum: number, maximum: number, preset: number, help: string) => Type.Integer({ minimum, maximum, default: preset, expects: `a whole number from ${minimum} to ${maximum}`, help })
const choice = <const T extends readonly string[]>(values: T, preset: T[number], help: string) => Type.String({ pattern: `^(${values.join('|')})$`, default: preset, expects: `one of ${values.join(', ')}`, help }) as unknown as TUnsafe<T[number]>
const optional = (help: string, more: Record<string, unknown> = {}) => Type.Optional(Type.String({ minLength: 1, help, ...more }))

/** The dialects that there are (routes/dialects), and how long their access tokens live, in seconds. */
export const dialectTokenSeconds = { devdactic: 3600, joshmorony: 3600, slatepeak: 10_080, dotnetcurry: 3600, newbycoder: 3600 } as const
export type DialectName = keyof typeof dialectTokenSeconds
const dialect = `(${Object.keys(dialectTokenSeconds).join('|')})(@(:\\d{1,5}|(/[A-Za-z0-9][A-Za-z0-9._~-]*)+))?`

const subjectVariables = Object.fromEntries(Object.values(subjects).map(({ variable, preset, mail }) => [variable, Type.String({
  minLength: 1, maxLength: 150, pattern: '^[^\\u0000-\\u001f\\u007f]+$', default: `{product}: ${preset}`,
  expects: 'one line of at most 150 characters', help: `Subject of the mail with ${mail}; {product} stands for PRODUCT_NAME`
})])) as Record<SubjectVariable, TString>

/** Every variable that the service reads. `default` is what holds where it is not set; `help` and `expects` are for people. */
export const Environment = Type.Object({
  NODE_ENV: choice(
    ['development', 'production', 'test'], 'development',
    'production asks for AUTH_SECRET, PUBLIC_URL and SMTP_URL (or EMAIL_VERIFICATION=off)'
  ),
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
  HASH_SLOTS: Type.Optional(Type.Integer({ minimum: 1, maximum: 256, expects: 'a whole number from 1 to 256', help: 'Password hashes at once in each worker; without it the cores are shared among the workers' })),
  HASH_QUEUE: integer(0, 10000, 64, 'Log-ins that wait for a slot before the answer is 503'),
  // Read by libuv itself, before any of this is loaded: bin/gatehouse.cjs sets it.
  UV_THREADPOOL_SIZE: Type.Optional(Type.Integer({
    minimum: 3, maximum: 1024, expects: 'a whole number from 3 to 1024',
    help: 'Threads of each process for hashes and files, two more than HASH_SLOTS at least; without it HASH_SLOTS or the cores, and two more'
  })),
  SMTP_URL: optional('smtp://[user:password@]host[:port] or smtps://…, special characters of user and password percent-encoded; without it mail is written to DATA_DIR/outbox', { pattern: '^smtps?://.+$', expects: 'an smtp:// or smtps:// URL', secret: true }),
  MAIL_FROM: optional('The sender of mail, such as Gatehouse <no-reply@example.com>; without it no-reply at the host of PUBLIC_URL'),
  PRODUCT_NAME: Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000-\\u001f]+$', default: 'Gatehouse', expects: 'a name of at most 60 characters', help: 'How mail and pages call the service' }),
  ...subjectVariables,
  EMAIL_VERIFICATION: choice(['off', 'optional', 'required'], 'optional', 'required: no log-in before the address is verified'),
  SIGN_IN_MAIL: choice(['on', 'off'], 'on', 'A mail when an account is signed in to from a new device'),
  RESET_URL: optional('Where links to set a new password lead; without it PUBLIC_URL/reset', { pattern: '^https?://[^#\\s]+$', expects: 'an http or https URL without fragment' }),
  VERIFY_URL: optional('Where links to verify an address lead; without it PUBLIC_URL/verify', { pattern: '^https?://[^#\\s]+$', expects: 'an http or https URL without fragment' }),
  PASSWORD_RESET_TTL: duration('30m', 'Life of a link to set a new password; at most 12h'),
  EMAIL_VERIFICATION_TTL: duration('24h', 'Life of a link to verify an address'),
  CORS_ORIGINS: Type.String({
    default: '', expects: 'exact origins such as https://app.example.com, separated by commas',
    help: 'Exact origins of pages and apps, separated by commas, such as https://app.example.com,capacitor://localhost'
  }),
  TRUST_PROXY: Type.String({ default: '', expects: 'addresses or CIDRs, separated by commas', help: 'CIDRs of the proxies whose X-Forwarded-For counts, separated by commas' }),
  THROTTLE: choice(['on', 'off'], 'on', 'off lifts the limits per address, for load tests; those per account stay'),
  SHED_AFTER_MS: integer(0, 60_000, 500, 'Requests that would wait longer than this many milliseconds for their turn are told 503; 0: never'),
  DIALECTS: Type.String({ pattern: `^(${dialect}(\\s*,\\s*${dialect})*)?$`, default: '', expects: `names out of ${Object.keys(dialectTokenSeconds).join(', ')}, separated by commas, each with a prefix (slatepeak@/v2) or a port of its own (dotnetcurry@:5050) where need be`, help: 'Older servers whose apps are served too, such as devdactic,slatepeak@/v2,dotnetcurry@:5050 (see docs/dialects)' }),
  DOCS: choice(['on', 'off'], 'on', 'The page /docs, and the document itself: /openapi.json and /openapi.yaml'),
  CONSOLE: choice(
    ['on', 'off'], 'on',
    'The web console at /, and /reset and /verify for the links in mail; off asks for RESET_URL and VERIFY_URL'
  ),
  WORKERS: Type.String({
    pattern: '^(auto|[1-9]|[1-5][0-9]|6[0-4])$', default: '1', expects: 'a number from 1 to 64, or auto',
    help: 'Processes that serve together; auto: as many as cores'
  }),
  METRICS_TOKEN: optional('Who shows it as Bearer token may read GET /metrics; without it there is none. Try: openssl rand -hex 32', {
    pattern: '^[A-Za-z0-9._~+/=-]{32,256}$', expects: '32 to 256 letters, digits or . _ ~ + / = -', secret: true
  }),
  METRICS_PORT: Type.Optional(Type.Integer({
    minimum: 0, maximum: 65535, expects: 'a whole number from 0 to 65535',
    help: 'A port of its own for /metrics; 0 takes a free one; without it PORT'
  })),
  REVOCATIONS_TOKEN: optional('Who shows it as Bearer token may read GET /revocations, as admins may. Try: openssl rand -hex 32', {
    pattern: '^[A-Za-z0-9._~+/=-]{32,256}$', expects: '32 to 256 letters, digits or . _ ~ + / = -', secret: true
  }),
  // Of OpenTelemetry's variables those that are wanted first; its SDK reads the others. None is ever a fault: its specification asks that
  // what is wrong is told and passed over.
  OTEL_EXPORTER_OTLP_ENDPOINT: optional('A collector of traces, such as http://localhost:4318; without it, or an exporter, there are no traces'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional('The same with the whole path, such as http://localhost:4318/v1/traces'),
  OTEL_EXPORTER_OTLP_HEADERS: optional('What the collector asks for, such as authorization=Bearer%20…', { secret: true }),
  OTEL_EXPORTER_OTLP_PROTOCOL: optional('How spans are written: http/protobuf or http/json; without it http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional('The same for traces alone'),
  OTEL_TRACES_EXPORTER: optional('Where spans go: otlp, console or none; without it otlp where there is an endpoint'),
  OTEL_TRACES_SAMPLER: optional('Which requests are traced, such as parentbased_traceidratio; without it parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: optional('The share of them, from 0 to 1'),
  OTEL_PROPAGATORS: optional('none: the traceparent of a request does not count'),
  OTEL_SERVICE_NAME: optional('How traces call the service; without it gatehouse'),
  OTEL_RESOURCE_ATTRIBUTES: optional('What else they say of it, such as deployment.environment.name=production'),
  OTEL_SDK_DISABLED: optional('true: no traces, whatever else is set'),
  AUDIT_RETENTION_DAYS: integer(1, 3650, 90, 'Days that a line of the audit log is kept'),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'What the log tells')
}, { additionalProperties: false })

export type Variables = Static<typeof Environment>
