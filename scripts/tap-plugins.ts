// Builds tap without the plugins that .taprc switches off, where that has not been done since it was installed. Left to itself tap does so
// in the middle of its first run, whose processes have been given all of them by then, and take twice as long.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const built = readFileSync(new URL('../node_modules/@tapjs/test/test-built/dist/esm/index.js', import.meta.url), 'utf8')
const off = [...readFileSync(new URL('../.taprc', import.meta.url), 'utf8').matchAll(/^ {2}- "!(.+)"$/gm)].map(([, name = '']) => name)
if (off.some((name) => built.includes(`'${name}'`) || built.includes(`"${name}"`))) execFileSync('npx', ['tap', 'build'], { stdio: 'inherit' })
