// Takes out one protection at a time and looks whether the test that guards it falls: `npm run mutants -- [name…]`. Each mutant is made in
// a copy of the project; the untouched copy must pass first. The exit code is 1 where a mutant lives.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Mutant {
  name: string
  file: string
  from: string
  to: string
  /** The file with the test that must fall, and the beginning of its title. */
  test: string
  falls: string
}

const mutants: Mutant[] = [
  { name: 'dummy-hash', file: 'src/passwords/hasher.ts', from: 'const matches = await argon2.verify(', to: 'const matches = stored !== null && await argon2.verify(', test: 'test/passwords/hasher.test.ts', falls: 'a log-in that fails costs the same for unknown accounts' },
  { name: 'unique-index', file: 'src/stores/sqlite/schema-1.ts', from: 'CREATE UNIQUE INDEX users_by_email', to: 'CREATE INDEX users_by_email', test: 'test/stores/sqlite.test.ts', falls: 'Of 50 inserts of one e-mail at once' },
  { name: 'counter-compare-and-set', file: 'src/stores/sqlite/sessions.ts', from: 'WHERE id = :id AND counter = :counter AND', to: 'WHERE id = :id AND :counter >= 0 AND', test: 'test/stores/sqlite.test.ts', falls: 'Of 50 that advance one session at once' },
  { name: 'grace-bound', file: 'src/sessions.ts', from: ' && now.getTime() - rotatedAt.getTime() <= graceSeconds * 1000', to: '', test: 'test/routes/refresh.test.ts', falls: 'use after the grace is reuse' },
  { name: 'deny-list', file: 'src/tokens/verified-tokens.ts', from: ' && !denyList.denies(claims)', to: '', test: 'test/plugins/authenticate.test.ts', falls: 'a token stops counting when it ends' },
  { name: 'claim-schema', file: 'src/tokens/access-token.ts', from: '!headerShape.Check(header) || !claimsShape.Check(payload)', to: '!headerShape.Check(header) || payload === claimsShape', test: 'test/tokens/access-token.test.ts', falls: 'a token is refused for each fault of its claims' },
  { name: 'body-strictness', file: 'plugins/validation.ts', from: 'removeAdditional: false', to: "removeAdditional: 'all'", test: 'test/bad-input.test.ts', falls: '' },
  { name: 'limiter', file: 'plugins/throttle.ts', from: 'done(verdict.allowed ? undefined : refusal(verdict))', to: 'done()', test: 'test/plugins/throttle.test.ts', falls: '' },
  { name: 'gate', file: 'src/passwords/gate.ts', from: 'if (running < slots)', to: 'if (running < Infinity)', test: 'test/passwords/gate.test.ts', falls: 'no more tasks run than there are slots' },
  { name: 'content-type', file: 'plugins/bodies.ts', from: "app.addContentTypeParser('application/json',", to: "app.addContentTypeParser('*',", test: 'test/bad-input.test.ts', falls: '' },
  { name: 'last-admin', file: 'src/stores/sqlite/users.ts', from: "if (other === undefined) throw new ServiceError('last_admin')", to: "if (other === null) throw new ServiceError('last_admin')", test: 'test/stores/sqlite.test.ts', falls: 'Of ten admins who all resign at once' },
  { name: 'redaction', file: 'src/log.ts', from: "censor: '[redacted]'", to: 'censor: (value: unknown) => value', test: 'test/log.test.ts', falls: 'what is logged by mistake is hidden by name' }
]

const folders = ['src', 'plugins', 'routes', 'test', 'scripts', 'console', 'client', 'data', 'dist', 'docs', 'bin']
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'openapi.yaml', '.taprc', '.env.example', 'README.md']

/** The titles of the tests that fell, in the project at `root`. */
async function fallen (root: string, test: string): Promise<string[]> {
  const child = spawn('npx', ['tap', '--disable-coverage', '--allow-empty-coverage', '--reporter=tap', test], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  child.stdout.on('data', (part: Buffer) => { out += part.toString() })
  await once(child, 'close')
  if (!/^# \{ total: [1-9]/m.test(out)) throw new Error(`${test} did not run: ${out.slice(-500)}`)
  return [...out.matchAll(/^ *not ok \d+ - (.*?)(?: # time=.*)?$/gm)].map(([, title = '']) => title)
}

const names = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => names.length === 0 || names.includes(name))
const root = mkdtempSync(join(tmpdir(), 'gatehouse-mutants-'))
try {
  for (const name of [...folders, ...files]) cpSync(name, join(root, name), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'))
  for (const test of new Set(chosen.map(({ test }) => test))) {
    const faults = await fallen(root, test)
    if (faults.length > 0) throw new Error(`${test} falls without a mutant: ${faults.join('; ')}`)
  }
  for (const { name, file, from, to, test, falls } of chosen) {
    const whole = readFileSync(join(root, file), 'utf8')
    if (whole.split(from).length !== 2) throw new Error(`${file} has no single place "${from}": the mutant ${name} must be moved.`)
    writeFileSync(join(root, file), whole.replace(from, () => to))
    const dead = (await fallen(root, test)).find((title) => !title.startsWith('test/') && title.startsWith(falls))
    writeFileSync(join(root, file), whole)
    console.log(dead === undefined ? `LIVES  ${name}: ${test} sees nothing` : `dead   ${name}: ${test}, "${dead}"`)
    if (dead === undefined) process.exitCode = 1
  }
} finally {
  rmSync(root, { recursive: true, force: true })
}
