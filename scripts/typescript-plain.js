// The sources as plain JavaScript: a text at a time for the hooks, and all of the product as a tree, whose programs start without any.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const kept = join(root, 'node_modules/.cache/gatehouse-tests')
const tree = join(root, '.tap/plain')
const folders = ['src', 'plugins', 'routes', 'scripts', 'test/helpers', 'test/stores']
/** What the product looks for beside its code. */
const beside = ['package.json', 'openapi.yaml', 'data', 'dist']
const require = createRequire(import.meta.url)
let isFresh = false

/** Blanks the types out. Read where it was kept; the compiler is loaded only for a text that nobody has seen yet. */
export function withoutTypes (text) {
  const file = join(kept, digestOf(text))
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const { default: blankSpace } = require('ts-blank-space')
    const source = blankSpace(text, (node) => { throw new Error(`${node.getText()} is more than a type: it cannot be blanked out`) })
    put(file, source)
    return source
  }
}

/** Where the program of that path, from the root, lies in the tree, which is brought up to date first, once in a process. */
export function plain (path) {
  if (!isFresh) refresh()
  isFresh = true
  return join(tree, path.replace(/\.ts$/, '.js'))
}

function refresh () {
  const index = join(tree, 'index.json')
  const before = existsSync(index) ? readFileSync(index, 'utf8') : '{}'
  const known = JSON.parse(before)
  const found = {}
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).filter((one) => one.endsWith('.ts'))) {
      const path = join(folder, name)
      const text = readFileSync(join(root, path), 'utf8')
      found[path] = digestOf(text)
      if (known[path] !== found[path]) put(join(tree, path.replace(/\.ts$/, '.js')), withoutTypes(text))
    }
  }
  for (const name of beside) link(name)
  // Last, so that who finds it finds the files too.
  if (JSON.stringify(found) !== before) put(index, JSON.stringify(found))
}

function link (name) {
  try {
    symlinkSync(join(root, name), join(tree, name))
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

const digestOf = (text) => createHash('sha256').update(text).digest('hex')

/** Whole or not at all: several processes do the same at once. */
function put (file, text) {
  const draft = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(draft, text)
  renameSync(draft, file)
}
