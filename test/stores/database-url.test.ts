// What is wrong with DATABASE_URL is told with every other fault, by the name of the variable, and without a secret.
import t from 'tap'
import { ConfigError, loadConfig } from '../../src/config.js'
import { temporaryFolder, testSecret } from '../helpers/config.js'
import { run } from '../helpers/process.js'
import { createTestCli } from '../cli/support.js'

function faultsOf (url: string, more: Record<string, string> = {}): readonly string[] {
  try {
    loadConfig({ AUTH_SECRET: testSecret, DATABASE_URL: url, ...more })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const faults: Array<[url: string, fault: RegExp]> = [
  ['mongodb://127.0.0.1:99999999/x', /takes: a host or port of it cannot be read; .*\.$/],
  ['mongodb://db:0/x', /a host or port/], ['mongodb:///x', /a host or port/],
  // Without the @, what was meant for user and password stands in the place of a host.
  ['mongodb://ada:hunter2/x', /a host or port/],
  ['mongodb://ada:hunter2@db:x/x', /a host or port/],
  ['mongodb://ada:hun@hunter2@db/x', /its user or password cannot be read; in these @ is written as %40/],
  ['mongodb://ada:hun/hunter2@db/x', /its user or password/], ['mongodb://ada:hunter2%zz@db/x', /its user or password/],
  ['mongodb+srv://db.example.com:27017/x', /takes: mongodb\+srv URI cannot have port number\.$/],
  ['mongodb://db/?nosuchoption=1', /takes: option nosuchoption is not supported\.$/],
  ['mongodb://ada:hunter2@db/?nosuchoption=1', /takes: option nosuchoption is not supported\.$/],
  ['mongodb://db/x?zlibCompressionLevel=many', /Expected zlibCompressionLevel to be stringified int value, got: many\.$/],
  ['mongodb://db/x?tlsCertificateKeyFilePassword=hun&hunter2=1', /takes: one of its options cannot be read\.$/],
  ['mongodb://db/x?authMechanismProperties=hunter2', /one of its options/],
  ['mongodb://db/bad.name', /^DATABASE_URL must name a database without any of/], ['mongodb://db/bad%20name', /without any of/], ['mongodb://db/a$b', /without any of/],
  [`mongodb://db/${'x'.repeat(64)}`, /^DATABASE_URL must name a database in at most 63 bytes\.$/],
  ['sqlite::memory:', /^DATABASE_URL must name a file: accounts that are kept in memory would be gone/]
]

for (const [url, fault] of faults) {
  t.test(url, async t => {
    const told = faultsOf(url, { PORT: 'x' })
    t.equal(told.length, 2, told.join('\n'))
    t.match(told[0], /^PORT must be/)
    t.match(told[1], fault)
    t.match(told[1], /^DATABASE_URL must /)
    t.notMatch(told.join(), /hunter2/)
  })
}

t.test('what the driver takes is no fault', async t => {
  for (const url of [
    'mongodb://db/x', 'mongodb://db', 'mongodb://[::1]:27017,db/x?replicaSet=r', 'mongodb://%2Ftmp%2Fmongodb.sock/x', 'mongodb+srv://ada:p%40ss@db.example.com/x?w=majority',
    `mongodb://db/${'x'.repeat(63)}`, 'sqlite:./a b.db', 'sqlite:memory'
  ]) t.same(faultsOf(url), [], url)
})

t.test('the built service and its `config check` say so too', async t => {
  const cli = createTestCli(temporaryFolder(t), { AUTH_SECRET: testSecret, DATABASE_URL: 'mongodb://ada:hun@hunter2@db/x', HOST: 'no host' })
  const { code, out } = await cli.run(['config', 'check', '--json'])
  t.match({ code, ...JSON.parse(out) as object }, { code: 1, ok: false, faults: [/^DATABASE_URL must be .* user or password/, /^HOST must be an address/] })
  for (const [DATABASE_URL, fault] of [['mongodb://db:99999999/x', /a host or port/], ['mongodb://db/?nosuchoption=1', /option nosuchoption/], ['mongodb://db/bad.name', /must name a database/]] as const) {
    const { output, exited } = run(t, { DATA_DIR: temporaryFolder(t), AUTH_SECRET: testSecret, DATABASE_URL, PORT: 'x' })
    t.match(await exited, { code: 1 })
    t.match(output.err, /^gatehouse cannot start: The configuration has 2 faults:\n {2}- PORT .*\n {2}- DATABASE_URL must .*\n$/)
    t.match(output.err, fault)
  }
})

t.test('a HOST that is none of this machine is named', async t => {
  for (const HOST of ['no.such.host.invalid', '192.0.2.1']) {
    const { output, exited } = run(t, { DATA_DIR: temporaryFolder(t), AUTH_SECRET: testSecret, HOST, PORT: '0' }, { isCounted: HOST === '192.0.2.1' })
    t.match(await exited, { code: 1 })
    t.match(output.err, new RegExp(`^gatehouse cannot start: HOST=${HOST} is no address of this machine \\(.*${HOST}.*\\)\\.\n$`, 'm'))
  }
})
