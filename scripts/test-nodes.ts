// Runs the tests under each line of Node that is supported, with the binaries that npm ships: `npm run test:nodes -- 22 24`. All lines
// without arguments. Ends with a line for each; the exit code is 1 where one is red.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const lines = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24', '26']

async function run (command: string, args: string[], path = process.env.PATH): Promise<{ code: number | null, out: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PATH: path } })
  let out = ''
  child.stdout.on('data', (part: Buffer) => { out += part.toString() })
  const [code] = await once(child, 'close') as [number | null]
  return { code, out }
}

/** The folder of the newest `node` of a line, and its version. */
async function install (line: string): Promise<{ bin: string, version: string }> {
  const name = `node-${process.platform}-${process.arch}`
  const folder = join('node_modules/.cache/gatehouse-nodes', line)
  mkdirSync(folder, { recursive: true })
  const { code } = await run('npm', ['install', '--silent', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${line}`])
  if (code !== 0) throw new Error(`${name}@${line} could not be installed.`)
  const bin = join(process.cwd(), folder, 'node_modules', name, 'bin')
  return { bin, version: (await run(join(bin, 'node'), ['--version'])).out.trim() }
}

const results: string[] = []
for (const line of lines) {
  const { bin, version } = await install(line)
  const { code, out } = await run(join(bin, 'node'), ['node_modules/tap/dist/esm/run.mjs', '--disable-coverage', '--reporter=tap'], `${bin}:${process.env.PATH ?? ''}`)
  for (const red of out.match(/^ *not ok .*$/gm) ?? []) console.log(red)
  results.push(`${version}: ${code === 0 ? 'green' : 'RED'} ${/^# \{ total.*$/m.exec(out)?.[0] ?? 'no result'}`)
  if (code !== 0) process.exitCode = 1
}
console.log(results.join('\n'))
