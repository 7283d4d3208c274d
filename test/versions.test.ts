// What is installed: versions no older than their known faults, one TypeBox, and nothing that runs while it is installed.
import { readFileSync } from 'node:fs'
import t from 'tap'

interface Locked { version?: string, resolved?: string, hasInstallScript?: boolean, dev?: boolean, optional?: boolean, devOptional?: boolean, link?: boolean }
const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as Record<string, unknown>
const lock = read('package-lock.json').packages as Record<string, Locked>
const dependencies = read('package.json').dependencies as Record<string, string>
const versionOf = (name: string): string => lock[`node_modules/${name}`]?.version ?? 'missing'

function isAtLeast (version: string, floor: string): boolean {
  const [one, other] = [version, floor].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (const [index, part] of other.entries()) if (part !== (one[index] ?? 0)) return (one[index] ?? 0) > part
  return true
}

t.test('versions compare as numbers', async (t) => {
  t.ok(isAtLeast('5.12.10', '5.12.5'))
  t.ok(isAtLeast('6.0.0', '5.12.5'))
  t.notOk(isAtLeast('5.12.4', '5.12.5'))
  t.notOk(isAtLeast('5.9.99', '5.12.5'))
})

t.test('no package is older than the fault that it once had', async (t) => {
  const floors = { fastify: '5.12.5', '@fastify/jwt': '10.2.7', 'fast-jwt': '6.3.6', '@sinclair/typebox': '0.34.52' }
  for (const [name, floor] of Object.entries(floors)) t.ok(isAtLeast(versionOf(name), floor), `${name} ${versionOf(name)} is at least ${floor}`)
})

t.test('what must stay within a line of versions does', async (t) => {
  t.match(versionOf('argon2'), /^0\.44\./, '0.45 crashes Node 20 without install scripts')
  t.equal(versionOf('@photostructure/sqlite'), '1.2.1')
  t.match(versionOf('@fastify/type-provider-typebox'), /^5\.2\./, '6 brings a second TypeBox')
  t.match(versionOf('mongodb'), /^7\./)
  t.match(versionOf('@node-rs/bcrypt'), /^1\.10\./, '2.0.0 breaks npm ci')
  t.match(versionOf('typescript'), /^(5\.9|6\.0)\./)
  t.match(versionOf('tap'), /^21\./)
  t.equal(versionOf('better-sqlite3'), 'missing', '13 crashes Node 20, and 12 compiles')
})

t.test('there is one TypeBox', async (t) => {
  t.same(Object.keys(lock).filter((path) => path.endsWith('node_modules/@sinclair/typebox')), ['node_modules/@sinclair/typebox'])
  t.same(Object.keys(lock).filter((path) => path.endsWith('node_modules/typebox')), [])
})

t.test('the lock names no registry, so that any mirror serves', async (t) => {
  t.same(Object.entries(lock).filter(([, { resolved, link }]) => resolved !== undefined && link !== true).map(([path]) => path), [])
})

t.test('the versions of package.json are exact and are those of the lock', async (t) => {
  for (const [name, version] of Object.entries(dependencies)) t.equal(versionOf(name), version, name)
})

t.test('no runtime package needs a script while it is installed', async (t) => {
  // Both ship prebuilt binaries; their scripts only look whether one fits. test/install proves it: npm ci --ignore-scripts works.
  const harmless = new Set(['node_modules/argon2', 'node_modules/@photostructure/sqlite'])
  const scripts = Object.entries(lock).filter(([path, entry]) => path !== '' && entry.hasInstallScript === true && entry.dev !== true && entry.optional !== true && entry.devOptional !== true).map(([path]) => path)
  t.same(scripts.filter((path) => !harmless.has(path)), [])
})

t.test('what a harmless script would do is done without it: the binaries load', async (t) => {
  const [{ default: argon2 }, sqlite] = await Promise.all([import('argon2'), import('@photostructure/sqlite')])
  t.match(await argon2.hash('x', { memoryCost: 1024, timeCost: 2 }), /^\$argon2id\$/)
  t.type(sqlite.DatabaseSync, 'function')
})
