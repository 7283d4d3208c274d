// The environment, read into one Config or into every fault at once.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Config, ConfigError, loadConfig } from '../src/config.js'
import { readEnvironment } from '../src/env-file.js'
import { temporaryFolder, testSecret } from './helpers/config.js'
import { run } from './helpers/process.js'

const good = { AUTH_SECRET: testSecret }

/** The faults that the environment has; none where it has none. */
function faultsOf (environment: Record<string, string>): readonly string[] {
  try {
    loadConfig({ ...good, ...environment })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

t.test('without anything but a secret the defaults of the contract hold', async (t) => {
  const config = loadConfig(good)
  t.match(config, {
    production: false, host: '127.0.0.1', port: 3000, dataDir: './data', databaseUrl: 'sqlite:data/gatehouse.db', publicUrl: 'http://127.0.0.1:3000',
    jwt: { issuer: 'http://127.0.0.1:3000', audience: 'gatehouse', algorithm: 'EdDSA', accessTokenSeconds: 600 },
    sessions: { idleSeconds: 30 * 86_400, maxSeconds: 90 * 86_400, graceSeconds: 10 }, revocationPollMilliseconds: 1000, passwordMinLength: 8,
    argon2: { memoryKib: 19456, time: 2, parallelism: 1 }, corsOrigins: [], trustProxy: [], docs: true, logLevel: 'info'
  } satisfies Partial<Config>)
  t.ok(config.hashing.slots >= 1 && config.hashing.queue === 64)
  t.ok(Object.isFrozen(config))
})

t.test('the workers are as many as is said, or one for each core, and share the cores for hashing', async (t) => {
  t.equal(loadConfig({}).workers, 1)
  t.match(loadConfig({ WORKERS: '64' }), { workers: 64, hashing: { slots: 1 } })
  t.equal(loadConfig({ WORKERS: 'auto' }).workers, availableParallelism())
})

t.test('what is set is read, white space and empty values left out', async (t) => {
  t.match(loadConfig({ ...good, HOST: '::', PORT: ' 8080 ', PUBLIC_URL: 'https://id.example/base/', JWT_ISSUER: '', ACCESS_TOKEN_TTL: '90s', DOCS: 'off', CORS_ORIGINS: 'https://a.example, http://localhost:8100,', TRUST_PROXY: '10.0.0.0/8,::1,fd00::/8', DATABASE_URL: 'mongodb://db/x', UNKNOWN: 'x' }), {
    host: '::', port: 8080, publicUrl: 'https://id.example/base', jwt: { issuer: 'https://id.example/base', accessTokenSeconds: 90 }, docs: false, corsOrigins: ['https://a.example', 'http://localhost:8100'], trustProxy: ['10.0.0.0/8', '::1', 'fd00::/8'], databaseUrl: 'mongodb://db/x'
  })
  t.equal(loadConfig({ ...good, HOST: '0.0.0.0' }).publicUrl, 'http://localhost:3000')
  t.equal(loadConfig({ ...good, HOST: '::1' }).publicUrl, 'http://[::1]:3000')
})

t.test('origins are those of pages and of apps, exactly, and nothing wider', async (t) => {
  const origins = ['https://a.example', 'http://localhost:8100', 'capacitor://localhost',
    'ionic://localhost', 'app.my-shop+1://Home.example:8080']
  t.same(loadConfig({ ...good, CORS_ORIGINS: origins.join(',') }).corsOrigins, origins)
  for (const origin of [
    'null', '*', 'capacitor://*', '*://localhost', 'capacitor://', 'capacitor:localhost', 'capacitor://localhost/',
    'capacitor://localhost/a', 'capacitor://localhost?a', 'capacitor://localhost#a', 'capacitor://ada@localhost',
    'capacitor://localhost:', 'capacitor://localhost:65536',
    'Capacitor://localhost', 'capacitor://a b', 'https://*.example',
    'HTTPS://a.example', 'https://A.example', 'http://a.example:80',
    'file://x', 'data://x', 'javascript://x', 'blob://x', 'ws://a.example', 'wss://a.example'
  ]) t.match(faultsOf({ CORS_ORIGINS: origin }), [/^CORS_ORIGINS must be exact origins .* is none/], origin)
})

t.test('without the console the links in mail must lead somewhere else', async (t) => {
  const [RESET_URL, VERIFY_URL] = ['https://app.example/reset', 'https://app.example/verify']
  const faults = [/^RESET_URL is required with CONSOLE=off/, /^VERIFY_URL is required with CONSOLE=off/]
  t.match(faultsOf({ CONSOLE: 'off' }), faults)
  t.equal(faultsOf({ CONSOLE: 'off' }).length, 2)
  t.match(faultsOf({ CONSOLE: 'off', RESET_URL }), [faults[1]])
  t.match(faultsOf({ CONSOLE: 'off', VERIFY_URL }), [faults[0]])
  const config = loadConfig({ ...good, CONSOLE: 'off', RESET_URL, VERIFY_URL })
  t.match(config, { console: false, mail: { resetUrl: RESET_URL, verifyUrl: VERIFY_URL } })
})

t.test('each fault is told by the name of its variable', async (t) => {
  const table: Array<[environment: Record<string, string>, fault: RegExp]> = [
    [{ PORT: '65536' }, /^PORT must be a whole number from 0 to 65535 \(it is "65536"\)\.$/], [{ PORT: 'http' }, /^PORT/], [{ PORT: '1.5' }, /^PORT/],
    [{ NODE_ENV: 'prod' }, /^NODE_ENV must be one of development, production, test/], [{ DOCS: 'yes' }, /^DOCS must be one of on, off/], [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL/],
    [{ JWT_ALGORITHM: 'none' }, /^JWT_ALGORITHM must be one of EdDSA, ES256, HS256/], [{ JWT_ALGORITHM: 'RS256' }, /^JWT_ALGORITHM/],
    [{ ACCESS_TOKEN_TTL: '10' }, /^ACCESS_TOKEN_TTL must be a duration/], [{ ACCESS_TOKEN_TTL: '0s' }, /^ACCESS_TOKEN_TTL/], [{ ACCESS_TOKEN_TTL: '2d' }, /^ACCESS_TOKEN_TTL must be at most 1d/],
    [{ REFRESH_IDLE_TTL: '91d' }, /^REFRESH_IDLE_TTL must not be longer than REFRESH_MAX_TTL/], [{ REFRESH_IDLE_TTL: '5m' }, /^ACCESS_TOKEN_TTL must not be longer than REFRESH_IDLE_TTL/],
    [{ REFRESH_GRACE: '6m' }, /^REFRESH_GRACE must be at most 5m/], [{ REVOCATION_POLL: '2m' }, /^REVOCATION_POLL must be at most 1m/], [{ PASSWORD_MIN_LENGTH: '7' }, /^PASSWORD_MIN_LENGTH/],
    [{ ARGON2_MEMORY_KIB: '1024' }, /^ARGON2_MEMORY_KIB/], [{ ARGON2_TIME: '1' }, /at least 38912/], [{ HASH_SLOTS: '0' }, /^HASH_SLOTS/], [{ HASH_SLOTS: '200' }, /^HASH_SLOTS must leave two threads/],
    [{ CORS_ORIGINS: 'https://a.example/' }, /^CORS_ORIGINS.*"https:\/\/a\.example\/" is none/], [{ CORS_ORIGINS: '*' }, /^CORS_ORIGINS/], [{ CORS_ORIGINS: 'null' }, /^CORS_ORIGINS/], [{ CORS_ORIGINS: 'file://x' }, /^CORS_ORIGINS/],
    [{ TRUST_PROXY: 'true' }, /^TRUST_PROXY.*"true" is none/], [{ TRUST_PROXY: '1' }, /^TRUST_PROXY/], [{ TRUST_PROXY: '10.0.0.0/33' }, /^TRUST_PROXY/], [{ TRUST_PROXY: '10.0.0.0/8/8' }, /^TRUST_PROXY/], [{ TRUST_PROXY: '::/x' }, /^TRUST_PROXY/],
    [{ PASSWORD_RESET_TTL: '13h' }, /^PASSWORD_RESET_TTL must be at most 12h/], [{ MAIL_FROM: 'nobody' }, /^MAIL_FROM must be an address/],
    [{ MAIL_SUBJECT_RESET: 'Hello\r\nBcc: all@example.org' }, /^MAIL_SUBJECT_RESET must be one line of at most 150 characters \(it is "Hello\\r/],
    [{ MAIL_SUBJECT_VERIFY: 'x'.repeat(151) }, /^MAIL_SUBJECT_VERIFY must be one line/],
    [{ REVOCATIONS_TOKEN: 'short' }, /^REVOCATIONS_TOKEN must be 32 to 256 letters[^(]*$/],
    [{ METRICS_TOKEN: 'short' }, /^METRICS_TOKEN must be 32 to 256 letters[^(]*$/],
    [{ METRICS_PORT: '9100' }, /^METRICS_TOKEN is required with METRICS_PORT/], [{ METRICS_PORT: 'x' }, /^METRICS_PORT must be a whole number/],
    [{ PUBLIC_URL: 'id.example' }, /^PUBLIC_URL must be an http or https URL/], [{ PUBLIC_URL: 'https://id.example/?a=b' }, /^PUBLIC_URL/], [{ AUTH_SECRET: 'short' }, /^AUTH_SECRET has 5 bytes/],
    [{ PUBLIC_URL: 'https://id.example:99999', NODE_ENV: 'production' }, /^PUBLIC_URL must be an http or https URL\.$/], [{ HOST: 'a b' }, /^HOST must be an address to listen on \(it is "a b"\)\.$/]
  ]
  for (const [environment, fault] of table) {
    const faults = faultsOf(environment)
    t.ok(faults.some((text) => fault.test(text)), `${JSON.stringify(environment)}: ${faults.join(' | ')}`)
  }
})

t.test('a secret value is never quoted', async (t) => {
  const url = 'postgres://user:hunter2@db/x'
  t.match(faultsOf({ DATABASE_URL: url }), [/^DATABASE_URL must be sqlite:PATH/])
  t.match(faultsOf({ SMTP_URL: 'smtp://user:hunter2%@mail.example.com' }), [/^SMTP_URL must be smtp:.* percent-encoded\.$/])
  t.notMatch(faultsOf({ DATABASE_URL: url, SMTP_URL: 'smtp://user:12#hunter2@mail.example.com', AUTH_SECRET: 'hunter2' }).join(), /hunter2/)
})

t.test('all faults come at once', async (t) => {
  t.equal(faultsOf({ PORT: 'x', DOCS: 'x', REFRESH_GRACE: '1h', CORS_ORIGINS: 'x,y', AUTH_SECRET: 'x' }).length, 6 + (faultsOf({ AUTH_SECRET: 'x' }).length - 1))
})

t.test('a variable that is not in its form is not told as missing besides', async (t) => {
  const wrong = { PUBLIC_URL: 'ftp://x', SMTP_URL: 'http://x', METRICS_TOKEN: 'short' }
  const faults = faultsOf({ NODE_ENV: 'production', METRICS_PORT: '9100', ...wrong })
  t.same(faults.map((text) => text.slice(0, text.indexOf(' '))).sort(), Object.keys(wrong).sort(), faults.join(' | '))
})

t.test('production asks for an https PUBLIC_URL and a secret', async (t) => {
  const production = { NODE_ENV: 'production', EMAIL_VERIFICATION: 'off' }
  t.ok(faultsOf(production).some((text) => /^PUBLIC_URL is required in production/.test(text)))
  t.ok(faultsOf({ ...production, PUBLIC_URL: 'http://id.example' }).some((text) => /^PUBLIC_URL must be https in production/.test(text)))
  for (const url of ['https://id.example', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:3000']) t.same(faultsOf({ ...production, PUBLIC_URL: url }).filter((text) => text.startsWith('PUBLIC_URL')), [], url)
  t.throws(() => loadConfig({ ...production, PUBLIC_URL: 'https://id.example' }), /AUTH_SECRET is not set, and production needs it/)
})

t.test('production asks for SMTP_URL, unless no address is verified', async (t) => {
  const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://id.example' }
  t.match(faultsOf(production), [/^SMTP_URL is required in production/])
  t.same(faultsOf({ ...production, SMTP_URL: 'smtps://mail.example' }), [])
  t.same(faultsOf({ ...production, EMAIL_VERIFICATION: 'off' }), [])
})

t.test('a .env file stands beneath the environment, and may be missing', async (t) => {
  const file = join(temporaryFolder(t), '.env')
  writeFileSync(file, 'PATH=/from/the/file\nGATEHOUSE_OF_THE_FILE="a b" # why\n')
  const read = readEnvironment(file)
  t.equal(read.GATEHOUSE_OF_THE_FILE, 'a b')
  t.equal(read.PATH, process.env.PATH)
  t.equal(readEnvironment(`${file}.none`).GATEHOUSE_OF_THE_FILE, undefined)
  t.throws(() => readEnvironment(temporaryFolder(t)), /could not be read/)
})

t.test('a .env that another system wrote is read with its first name, or refused', (t) => {
  const file = join(temporaryFolder(t), '.env')
  writeFileSync(file, '\ufeffGATEHOUSE_OF_THE_FILE=1\r\n')
  t.equal(readEnvironment(file).GATEHOUSE_OF_THE_FILE, '1')
  for (const text of ['\ufeffNODE_ENV=production', 'NODE_ENV=production']) {
    writeFileSync(file, text, 'utf16le')
    t.throws(() => readEnvironment(file), /\.env could not be read: it is not written in UTF-8\.$/)
  }
  t.end()
})

/** How the process ends that is started with this environment. */
async function ended (t: Test, environment: Record<string, string>) {
  const { output, exited } = run(t, environment, { isCounted: true })
  return { ...await exited, ...output }
}

t.test('the process tells every fault in words and ends with 1, without a stack', async (t) => {
  const { code, err, out } = await ended(t, { DATA_DIR: temporaryFolder(t), PORT: 'x', DOCS: 'maybe', CORS_ORIGINS: '*' })
  t.equal(code, 1)
  t.match(err, /^gatehouse cannot start: The configuration has 3 faults:\n {2}- PORT .*\n {2}- DOCS .*\n {2}- CORS_ORIGINS .*\n$/)
  t.notMatch(err + out, /\n +at /)
})

t.test('a store that cannot be opened is told in words too', async (t) => {
  const { code, err } = await ended(t, { DATA_DIR: temporaryFolder(t), AUTH_SECRET: testSecret, DATABASE_URL: 'sqlite:/dev/null/x.db' })
  t.equal(code, 1)
  t.match(err, /^gatehouse cannot start: .*\/dev\/null\/x\.db/m)
  t.notMatch(err, /\n +at /)
})
