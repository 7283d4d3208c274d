// Picks the SQLite engine: the one built into Node where there is one, else the package with the same calls.
import { createRequire } from 'node:module'
import type { DatabaseSync } from '@photostructure/sqlite'

export type Engine = typeof DatabaseSync

/** `builtin` is what Node offers as `node:sqlite`; undefined where it has none (Node 20, or 22 before 22.13). */
export function pickEngine (builtin: object | undefined): Engine {
  const engine = (builtin ?? createRequire(import.meta.url)('@photostructure/sqlite')) as { DatabaseSync: Engine }
  return engine.DatabaseSync
}

/** Node 22 warns of its own engine as it is loaded; who runs the service can do nothing about it. */
export function quietly<T> (load: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

export const Database = pickEngine(quietly(() => process.getBuiltinModule('node:sqlite')))
