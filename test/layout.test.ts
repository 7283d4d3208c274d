// The house's rules that a reader relies on: who may import whom, how long a file may be, and what no file may hold.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))
const uphill = new Set(['src/app.ts', 'src/server.ts'])

function filesIn (folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/node_modules/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

const source = (file: string) => readFileSync(join(root, file), 'utf8')
/** What a file imports: files as paths from the root, packages by name. */
function importsOf (file: string): string[] {
  const specifiers = [...source(file).matchAll(/(?:^import .*?from |^import |^export .*? from |\bimport\()'([^']+)'/gm)].map(([, specifier = '']) => specifier)
  return specifiers.map((specifier) => specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier)
}

const [src, plugins, routes, tests] = [filesIn('src'), filesIn('plugins'), filesIn('routes'), filesIn('test')]
const product = [...src, ...plugins, ...routes]
const all = [...product, ...tests, ...filesIn('scripts'), ...filesIn('bench')]

t.test('imports are read as they should be', async (t) => {
  t.ok(src.length > 30 && plugins.length > 10 && routes.length > 8)
  t.ok(importsOf('src/app.ts').includes('plugins/stores.js'))
  t.ok(importsOf('plugins/stores.ts').includes('src/stores/stores.js'))
  t.ok(importsOf('src/app.ts').includes('fastify'))
})

t.test('every folder of tests is played: in one process by its suite, or each file in one of its own where .taprc names the folder', async (t) => {
  const suites = filesIn('test/suites').flatMap((file) => [...source(file).matchAll(/playFolder\('(.+)'\)/g)].map(([, folder = '']) => folder))
  const alone = [...source('.taprc').matchAll(/^ {2}- test\/(?!suites)(.+)\/\*\.test\.ts$/gm)].map(([, folder = '']) => folder)
  const folders = new Set(tests.filter((file) => file.endsWith('.test.ts') && !file.startsWith('test/suites/')).map((file) => relative('test', dirname(file)) || '.'))
  t.same([...suites, ...alone].sort(), [...folders].sort())
})

t.test('src knows people and passwords but not HTTP: only the assembly looks uphill', async (t) => {
  for (const file of src) {
    if (uphill.has(file)) continue
    const wrong = importsOf(file).filter((name) => /^(plugins|routes)\//.test(name) || /^(fastify|@fastify\/|node:http)/.test(name))
    t.same(wrong, [], file)
  }
})

t.test('plugins know no routes, routes do not reach into the stores\' engines, and nothing imports a test', async (t) => {
  for (const file of plugins) t.same(importsOf(file).filter((name) => name.startsWith('routes/')), [], file)
  for (const file of routes) t.same(importsOf(file).filter((name) => /^src\/stores\/(sqlite|mongo)\//.test(name) || name === 'mongodb'), [], file)
  for (const file of product) t.same(importsOf(file).filter((name) => name.startsWith('test/')), [], file)
})

t.test('each engine stays in its folder', async (t) => {
  for (const file of product) {
    const names = importsOf(file)
    if (!file.startsWith('src/stores/sqlite/')) t.notOk(names.includes('@photostructure/sqlite'), file)
    if (!file.startsWith('src/stores/mongo/')) t.notOk(names.includes('mongodb'), file)
  }
})

t.test('imports of files end in .js', async (t) => {
  for (const file of product) t.same([...source(file).matchAll(/from '(\.[^']+)'/g)].map(([, name = '']) => name).filter((name) => !/\.(js|mjs|cjs|json)$/.test(name)), [], file)
})

t.test('the first line of each file says what it is for', async (t) => {
  for (const file of all) t.match(source(file).split('\n')[0], /^(\/\/|#!) ?\S.{2,}/, file)
})

t.test('a file is at most 250 lines, a test with its tables 450, unless its first line says why it is long', async (t) => {
  for (const file of all) {
    const lines = source(file).trimEnd().split('\n')
    if (lines.length > (file.startsWith('test/') ? 450 : 250)) t.match(lines[0], /\blong\b/, `${file} has ${lines.length} lines`)
  }
})

t.test('nothing switches the type checker off', async (t) => {
  const self = 'test/layout.test.ts'
  for (const file of all.filter((name) => name !== self)) {
    const text = source(file).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/(?! @ts).*$/gm, '')
    t.notMatch(text, /@ts-(ignore|nocheck|expect-error)/, file)
    t.notMatch(text, /(?::|<|\bas) any\b/, file)
  }
})

t.test('only two files read the environment: the schema\'s, and that of the variables', async (t) => {
  for (const file of product) if (!['src/config.ts', 'src/env-file.ts'].includes(file)) t.notMatch(source(file), /process\.env\b/, file)
})

t.test('a test file prepares before its first test: tap ends a file, and closes what it opened, as soon as no test waits', async (t) => {
  for (const file of tests) {
    const text = source(file)
    const first = /^(t\.test\(|runScenarios\(t,)/m.exec(text)?.index ?? text.length
    t.notMatch(text.slice(first), /^(const .*= )?await (?!t\.test)/m, file)
  }
})
