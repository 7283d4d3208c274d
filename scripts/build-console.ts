// Builds the web console out of console/ into dist/console: one small script for each page, one stylesheet, the pages as they are.
import { cpSync, mkdirSync, mkdtempSync, renameSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

export async function buildConsole (): Promise<string> {
  const folder = join(root, 'dist', 'console')
  mkdirSync(folder, { recursive: true })
  // Beside its place and then moved, a file at a time, so that a service that starts meanwhile reads none by halves.
  const made = mkdtempSync(join(root, 'dist', 'console-'))
  await build({
    absWorkingDir: root,
    entryPoints: { console: 'console/src/console.ts', reset: 'console/src/reset.ts', verify: 'console/src/verify.ts', styles: 'console/styles/index.css' },
    outdir: made,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome111', 'firefox113', 'safari16.4']
  })
  for (const name of ['index.html', 'reset.html', 'verify.html', 'mark.svg']) cpSync(join(root, 'console', name), join(made, name))
  for (const name of readdirSync(made)) renameSync(join(made, name), join(folder, name))
  rmSync(made, { recursive: true })
  return folder
}
