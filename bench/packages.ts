// Packages that the bench alone needs. They stand in folders with a lock of their own and are installed when they are first asked for:
// nobody who installs the product waits for them.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { output } from './processes.js'

const installs = new Map<string, Promise<unknown>>()

/** Installs the packages of a folder from its lock, the first time, without their scripts. */
export async function install (folder: string): Promise<void> {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return
  const under = installs.get(folder) ?? output(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, limitSeconds: 300 })
  installs.set(folder, under)
  await under
}

/** Loads a package of a folder that is installed. */
export function requireFrom <T> (folder: string, name: string): T {
  return createRequire(join(folder, 'package.json'))(name) as T
}
