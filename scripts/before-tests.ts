// Before `npm test`: does once what all its processes would do for themselves at the same time, the first time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plain, withoutTypes } from './typescript-plain.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Builds tap without the plugins that .taprc switches off, where that has not been done since it was installed. Left to itself tap does
 * so in the middle of its first run, whose processes have been given all of them by then, and take twice as long. Answers how that ended. */
async function buildTap (): Promise<number> {
  const built = readFileSync(join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js'), 'utf8')
  const off = [...readFileSync(join(root, '.taprc'), 'utf8').matchAll(/^ {2}- "!(.+)"$/gm)].map(([, name = '']) => name)
  if (!off.some((name) => built.includes(`'${name}'`) || built.includes(`"${name}"`))) return 0
  const [code] = await once(spawn('npx', ['tap', 'build'], { stdio: 'inherit' }), 'exit') as [number | null]
  return code ?? 1
}

/** Takes the types out of whatever a test may load, and keeps the rest where the loader looks for it. */
function takeTypesOut (): void {
  plain('src/server.ts')
  for (const folder of ['client', 'console', 'proof', 'scripts', 'test']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.ts') && !name.endsWith('.d.ts')) withoutTypes(readFileSync(join(root, folder, name), 'utf8'))
    }
  }
}

const building = buildTap()
takeTypesOut()
process.exitCode = await building
