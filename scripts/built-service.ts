// The service as it is shipped, for whoever starts it in a test: built anew where a source is younger than the build.
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'dist/service/gatehouse.cjs')
let isFresh = false

/** The path of the operator's command, over a build of the sources as they are. */
export function builtCommand (): string {
  if (!isFresh && youngestSource() > changedAt(built)) build()
  isFresh = true
  return join(root, 'bin/gatehouse.cjs')
}

/** Without the recorder that tap gives every process by NODE_OPTIONS: what is counted is not to depend on whether somebody has built before. */
function build (): void {
  const command = [process.execPath, '--import=./scripts/typescript-loader.js', 'scripts/write-service.ts']
  execFileSync('env', ['-u', 'NODE_OPTIONS', ...command], { cwd: root, stdio: 'inherit' })
}

function youngestSource (): number {
  const sources = ['src', 'plugins', 'routes'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, String(name))))
  return Math.max(...sources.map(changedAt), changedAt(join(root, 'package.json')))
}

/** When a file or folder was last changed; 0 where there is none. */
function changedAt (path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
