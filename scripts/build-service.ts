// Builds the service into dist/service: the program with the packages it is made of in one file, since loading 1,100 one by one would be
// two thirds of the start; the thread that writes; what V8 has compiled of the program; and the licences of what is in it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions, type Metafile } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const native = ['@node-rs/bcrypt', '@photostructure/sqlite', 'argon2']
/** Loaded where they are asked for, and by most processes never. */
const seldom = ['@fastify/mongodb', '@fastify/swagger-ui', '@opentelemetry/*', 'csv-parse', 'mongodb', 'nodemailer', 'pino-pretty', 'prom-client']
const urlOfModule = "'use strict'; const urlOfModule = require('node:url').pathToFileURL(__filename).href;"

/** Bundles one program; `around` stands before and behind it. */
async function bundle (entry: string, outfile: string, around: { before: string, behind: string }): Promise<Metafile> {
  const options = {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    // Code that V8 compiled beforehand has lost who is to import for it; `require` does not ask.
    supported: { 'dynamic-import': false },
    external: [...native, ...seldom],
    define: { 'import.meta.url': 'urlOfModule' },
    banner: { js: around.before + urlOfModule },
    footer: { js: around.behind },
    minifyWhitespace: true,
    lineLimit: 120,
    legalComments: 'none',
    metafile: true
  } as const satisfies BuildOptions
  return (await build(options)).metafile
}

/** The folders of the packages that are in a bundle. */
function packagesIn ({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  return [...new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []))].sort()
}

/** The licences of packages, in full: they ask to be shown with every copy. */
function licencesOf (folders: readonly string[]): string {
  return folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, string>
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
    const text = file === undefined ? 'The package brings no text of its licence.' : readFileSync(join(root, folder, file), 'utf8').trim()
    return `${String(name)} ${String(version)} (${String(license)})\n\n${text}\n`
  }).join(`\n${'-'.repeat(80)}\n\n`)
}

/** Builds the service. Rejects, and leaves the build before it as it was, where it cannot be bundled or does not start. */
export async function buildService (): Promise<void> {
  const folder = join(root, 'dist', 'service')
  mkdirSync(folder, { recursive: true })
  // Beside its place and then moved, a file at a time, so that a service that starts meanwhile reads none by halves.
  const made = mkdtempSync(join(root, 'dist', 'service-'))
  try {
    const program = join(made, 'gatehouse.cjs')
    const metafile = await bundle('src/cli/main.ts', program, { before: '(function (exports, require, module, __filename, __dirname) { ', behind: '})' })
    await bundle('src/stores/sqlite/writer-thread.ts', join(made, 'writer-thread.cjs'), { before: '', behind: '' })
    writeFileSync(join(made, 'LICENCES.txt'), licencesOf(packagesIn(metafile)))
    execFileSync(process.execPath, [join(root, 'scripts', 'compile-service.cjs'), program], { stdio: ['ignore', 'ignore', 'inherit'] })
    for (const name of readdirSync(made)) renameSync(join(made, name), join(folder, name))
  } finally {
    rmSync(made, { recursive: true })
  }
}
