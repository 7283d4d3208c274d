// gatehouse config check, and what every command does with a configuration that has faults.
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { withoutCredentials } from '../../src/cli/effective-config.js'
import { Environment } from '../../src/environment.js'
import { createTestCli } from './support.js'

const secret = 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA='

t.test('it prints every variable with the value in effect, and no secret', async t => {
  const cli = createTestCli(t.testdir({}), { AUTH_SECRET: secret, DATABASE_URL: 'mongodb://ada:geheim@db.example.com/gate', CORS_ORIGINS: 'https://a.example.com, https://b.example.com' })
  const { code, out, err } = await cli.run(['config', 'check'])
  t.same({ code, err }, { code: 0, err: '' })
  t.match(out, /^DATABASE_URL=mongodb:\/\/\[redacted\]@db\.example\.com\/gate$/m)
  t.match(out, /^CORS_ORIGINS=https:\/\/a\.example\.com, https:\/\/b\.example\.com$/m)
  t.match(out, /^ACCESS_TOKEN_TTL=10m$/m)
  t.notMatch(out, /geheim|qgVgnsIr/)
  const { configuration, ...rest } = JSON.parse((await cli.run(['config', 'check', '--json'])).out) as { configuration: object }
  t.same(rest, { ok: true, faults: [] })
  t.same(Object.keys(Environment.properties).filter((name) => !(name in configuration)), ['AUTH_SECRET', 'SMTP_URL', 'METRICS_TOKEN', 'REVOCATIONS_TOKEN', 'OTEL_EXPORTER_OTLP_HEADERS'])
  t.match(configuration, { PORT: 3000, METRICS_PORT: '', JWT_ISSUER: 'http://127.0.0.1:3000', AUTH_SECRET_FILE: '' })
})

t.test('in production and with things switched off it says so', async t => {
  const cli = createTestCli(t.testdir({}), { NODE_ENV: 'production', AUTH_SECRET: secret, PUBLIC_URL: 'https://auth.example.com', DOCS: 'off', SMTP_URL: 'smtp://ada:geheim@mail.example.com' })
  const { out } = await cli.run(['config', 'check'])
  t.match(out, /^NODE_ENV=production\n[^]*^DOCS=off$/m)
  t.notMatch(out, /geheim/)
})

t.test('faults are told all at once, with exit code 1, by every command', async t => {
  const cli = createTestCli(t.testdir({}), { PORT: 'x', ACCESS_TOKEN_TTL: 'long' })
  for (const command of [['config', 'check'], ['keys', 'list'], ['keys', 'rotate'], ['user', 'create', '--email', 'ada@example.com'], ['persons', 'import', '-']]) {
    t.match(await cli.run(command), { code: 1, out: '', err: /^The configuration has 2 faults:\n  - PORT must be .*\n  - ACCESS_TOKEN_TTL must be .*\n$/ }, command.join(' '))
  }
  t.match(JSON.parse((await cli.run(['config', 'check', '--json'])).out), { ok: false, configuration: {}, faults: [/^PORT/, /^ACCESS_TOKEN_TTL/] })
  delete cli.environment['PORT']
  t.match(await cli.run(['config', 'check']), { err: /^The configuration has a fault:/ })
})

t.test('dialects that start would refuse are a fault, and those it takes are none; no store is opened, no port taken', async t => {
  const folder = t.testdir({})
  const refused = {
    dotnetcurry: /^DIALECTS: the main API and dotnetcurry both answer GET \/(persons|users)\. Give dotnetcurry a prefix/,
    'devdactic,slatepeak': /^DIALECTS: devdactic and slatepeak both answer POST \/api\/register\./,
    'devdactic@:5050,slatepeak@:5050': /^DIALECTS: devdactic and slatepeak both ask for port 5050\./,
    'devdactic@:3000': /^DIALECTS: the main API \(PORT\) and devdactic both ask for port 3000\./
  }
  for (const [DIALECTS, fault] of Object.entries(refused)) {
    const cli = createTestCli(folder, { AUTH_SECRET: secret, DIALECTS })
    const { code, out } = await cli.run(['config', 'check', '--json'])
    t.match([code, JSON.parse(out)], [1, { ok: false, configuration: {}, faults: [fault] }], DIALECTS)
  }
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  const { port } = busy.address() as AddressInfo
  for (const DATABASE_URL of ['', 'mongodb://192.0.2.1/none']) {
    const METRICS_TOKEN = 'for-the-check-nobody-reads-any-of-them'
    const DIALECTS = `devdactic,slatepeak@/v2,dotnetcurry@:${port}`
    const cli = createTestCli(folder, { AUTH_SECRET: secret, METRICS_TOKEN, DATABASE_URL, DIALECTS })
    t.match(await cli.run(['config', 'check']), { code: 0, err: '' })
  }
  busy.close()
  t.same(readdirSync(folder), [])
})

t.test('what is no fault of the configuration is not taken for one', async t => {
  const cli = createTestCli(t.testdir({}))
  Object.defineProperty(cli, 'environment', { get () { throw new Error('the disk is on fire at mongodb://a:b@c/') } })
  t.match(await cli.run(['config', 'check']), { code: 1, err: 'error: the disk is on fire at mongodb://[redacted]@c/\n' })
  Object.defineProperty(cli, 'environment', { get () { throw 'words' } })
  t.match(await cli.run(['config', 'check']), { code: 1, err: 'error: words\n' })
})

t.test('credentials are taken out of a database URL, however it is written', async t => {
  t.equal(withoutCredentials('sqlite:./a@b.db'), 'sqlite:./a@b.db')
  t.equal(withoutCredentials('mongodb://db.example.com/gate'), 'mongodb://db.example.com/gate')
  t.equal(withoutCredentials('mongodb+srv://ada:p@ss:w/rd@db.example.com/?w=majority'), 'mongodb+srv://[redacted]@db.example.com/?w=majority')
  t.equal(withoutCredentials('mongodb://db/?authMechanismProperties=AWS_SESSION_TOKEN:abc&tlsCertificateKeyFilePassword=x&ssl=true'), 'mongodb://db/?authMechanismProperties=[redacted]&tlsCertificateKeyFilePassword=[redacted]&ssl=true')
})
