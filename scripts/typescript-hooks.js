// The hooks of scripts/typescript-loader.js; they run in a thread of their own, or where Node can do without, in the one that loads.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url).href
const kept = fileURLToPath(new URL('../node_modules/.cache/gatehouse-tests/', import.meta.url))
const require = createRequire(import.meta.url)
mkdirSync(kept, { recursive: true })

const ours = (url) => url.startsWith(root) && !url.includes('/node_modules/')

/** A module of ours that asks for `./x.js` means `./x.ts`, where there is one. */
export function resolve (specifier, context, next) {
  const { parentURL } = context
  if (parentURL?.endsWith('.ts') && ours(parentURL) && specifier.startsWith('.') && specifier.endsWith('.js')) {
    const url = new URL(`${specifier.slice(0, -2)}ts`, parentURL)
    if (existsSync(url)) return { url: url.href, format: 'module', shortCircuit: true }
  }
  return next(specifier, context)
}

export function load (url, context, next) {
  if (!url.endsWith('.ts') || !ours(url)) return next(url, context)
  return { format: 'module', source: withoutTypes(readFileSync(new URL(url), 'utf8')), shortCircuit: true }
}

/** Read where it was kept; the compiler is loaded only for a text that nobody has seen yet. */
function withoutTypes (text) {
  const file = join(kept, createHash('sha256').update(text).digest('hex'))
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const { default: blankSpace } = require('ts-blank-space')
    const source = blankSpace(text, (node) => { throw new Error(`${node.getText()} is more than a type: it cannot be blanked out`) })
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, source)
    renameSync(draft, file)
    return source
  }
}
