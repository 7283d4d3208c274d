// Where the secret comes from, and which ones are refused.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { plain } from '../scripts/typescript-plain.js'
import { unrecorded } from './helpers/unrecorded.js'
import { type AuthSecretSource, loadAuthSecret } from '../src/auth-secret.js'

const good = 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA='

const nowhere: AuthSecretSource = { value: undefined, file: undefined, dataDir: '/nonexistent', production: true }

t.test('a good AUTH_SECRET is the text itself, white space around it left out', async t => {
  t.same(loadAuthSecret({ ...nowhere, value: good }), { secret: Buffer.from(good) })
  t.same(loadAuthSecret({ ...nowhere, value: ` ${good}\n` }), { secret: Buffer.from(good) })
})

t.test('AUTH_SECRET_FILE is read, its last line break left out', async t => {
  const file = join(t.testdir({ secret: `${good}\n` }), 'secret')
  t.same(loadAuthSecret({ ...nowhere, file }), { secret: Buffer.from(good) })
})

t.test('a missing secret in production, two at once and a file that cannot be read are faults', async t => {
  t.match(loadAuthSecret(nowhere).faults, [/^AUTH_SECRET is not set.*openssl rand -base64 48$/])
  t.match(loadAuthSecret({ ...nowhere, value: good, file: '/x' }).faults, [/AUTH_SECRET and AUTH_SECRET_FILE are both set/])
  t.match(loadAuthSecret({ ...nowhere, file: join(t.testdirName, 'none') }).faults, [/^AUTH_SECRET_FILE \(.*none\) cannot be read: ENOENT/])
  t.match(loadAuthSecret({ ...nowhere, file: t.testdir({}) }).faults, [/EISDIR/])
})

t.test('an empty or short secret is a fault that says so, in development too', async t => {
  t.match(loadAuthSecret({ ...nowhere, value: '' }).faults, [/^AUTH_SECRET is empty.*openssl/])
  t.match(loadAuthSecret({ ...nowhere, value: ' \n', production: false }).faults, [/^AUTH_SECRET is empty/])
  t.match(loadAuthSecret({ ...nowhere, value: good.slice(0, 31) }).faults, [/^AUTH_SECRET has 31 bytes and needs at least 32.*openssl/])
  t.same(loadAuthSecret({ ...nowhere, value: good.slice(0, 32) }), { secret: Buffer.from(good.slice(0, 32)) })
  const file = join(t.testdir({ empty: '\n' }), 'empty')
  t.match(loadAuthSecret({ ...nowhere, file }).faults, [/^AUTH_SECRET_FILE \(.*empty\) is empty/])
})

t.test('placeholders, those of the older servers among them, are faults', async t => {
  const padding = 'Zr8Qk2Vn7Lx4Wp9Ht3Mb6Jd1'
  for (const value of ['changeme', 'Change-Me', 'your-secret-here', 'please_replace_this', 'long-live-the-ionic-academy', 'putsomethingtopsecrethere', 'xtytzt00700tytx']) {
    t.match(loadAuthSecret({ ...nowhere, value: `${value}${padding}` }).faults, [/^AUTH_SECRET is a placeholder.*openssl/], value)
  }
  t.match(loadAuthSecret({ ...nowhere, value: 'thisismykickasssecretthatiwilltotallychangelater' }).faults, [/placeholder/])
  t.match(loadAuthSecret({ ...nowhere, value: 'secret' }).faults, [/has 6 bytes/, /placeholder/], 'every fault is told')
})

t.test('a secret that repeats itself or has few characters is a fault', async t => {
  t.match(loadAuthSecret({ ...nowhere, value: 'x'.repeat(40) }).faults, [/repeats itself/])
  t.match(loadAuthSecret({ ...nowhere, value: 'k3jd92mfq0xv'.repeat(3) }).faults, [/repeats itself/])
  t.match(loadAuthSecret({ ...nowhere, value: '1121314151611213141516112131415166' }).faults, [/fewer than 8 different/])
  t.ok(loadAuthSecret({ ...nowhere, value: `${'k3jd92mfq0xv'.repeat(3)}!` }).secret)
})

t.test('in development one is made, kept for the owner only, and is the same the next time', async t => {
  const dataDir = join(t.testdir({}), 'deep', 'data')
  const source = { ...nowhere, dataDir, production: false }
  const { secret } = loadAuthSecret(source)
  t.match(secret?.toString(), /^[A-Za-z0-9_-]{43}$/)
  t.equal(statSync(join(dataDir, 'auth-secret')).mode & 0o777, 0o600)
  t.same(readdirSync(dataDir), ['auth-secret'], 'no draft stays')
  t.same(loadAuthSecret(source).secret, secret)
  t.equal(readFileSync(join(dataDir, 'auth-secret'), 'utf8'), secret?.toString())
})

t.test('in development a secret that is set wins, and none is made', async t => {
  const dataDir = t.testdir({})
  t.same(loadAuthSecret({ ...nowhere, value: good, dataDir, production: false }), { secret: Buffer.from(good) })
  t.notOk(existsSync(join(dataDir, 'auth-secret')))
})

t.test('a kept secret that is damaged, or a folder that takes none, is a fault', async t => {
  const dataDir = t.testdir({ 'auth-secret': '', file: '' })
  t.match(loadAuthSecret({ ...nowhere, dataDir, production: false }).faults, [/AUTH_SECRET as kept in .*auth-secret is empty/])
  t.match(loadAuthSecret({ ...nowhere, dataDir: join(dataDir, 'file', 'below'), production: false }).faults, [/^DATA_DIR .*cannot keep the development secret: ENOTDIR/])
})

t.test('a secret that cannot be put in its place is a fault, and no draft stays', async t => {
  const dataDir = t.testdir({})
  symlinkSync('nowhere', join(dataDir, 'auth-secret'))
  t.match(loadAuthSecret({ ...nowhere, dataDir, production: false }).faults, [/cannot keep the development secret: EEXIST/])
  t.same(readdirSync(dataDir), ['auth-secret'])
})

t.test('four processes at once have one secret', async t => {
  const dataDir = join(t.testdir({}), 'data')
  const code = `import { loadAuthSecret } from ${JSON.stringify(plain('src/auth-secret.ts'))}
    process.stdout.write('ready')
    process.stdin.once('data', (when) => {
      process.stdin.destroy()
      while (Date.now() < Number(when));
      process.stdout.write(loadAuthSecret({ dataDir: ${JSON.stringify(dataDir)}, production: false }).secret)
    })`
  const racers = Array.from({ length: 4 }, () => spawn(...unrecorded(['--input-type=module', '--eval', code]), { stdio: ['pipe', 'pipe', 'inherit'] }))
  for (const { stdout } of racers) await once(stdout, 'data')
  const told = racers.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]))
  const start = String(Date.now() + 100)
  for (const { stdin } of racers) stdin.write(start)
  const secrets = await Promise.all(told)
  t.match(secrets[0], /^[A-Za-z0-9_-]{43}$/)
  t.equal(new Set(secrets).size, 1)
})
