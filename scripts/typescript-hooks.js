// The hooks of scripts/typescript-loader.js; they run in a thread of their own, or where Node can do without, in the one that loads.
import { existsSync, readFileSync } from 'node:fs'
import { withoutTypes } from './typescript-plain.js'

const root = new URL('..', import.meta.url).href

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
