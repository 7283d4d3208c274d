// Runs the commands of the README's tour against a service on an empty folder, in their order and in one shell, and holds each
// answer to the status that the README says beside it (`# 201`).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const readme = readFileSync('README.md', 'utf8')
const tour = /<!-- tour -->([\s\S]*?)<!-- \/tour -->/.exec(readme)?.[1] ?? ''
const blocks = [...tour.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
if (blocks.length === 0) throw new Error('README.md has no tour')

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-readme-'))
const script = join(folder, 'tour.sh')
writeFileSync(script, `set -eu -o pipefail\n${blocks.join('\n')}\n`)
// The folder that the tour makes goes with ours.
const env = { ...process.env, TMPDIR: folder }
try {
  const output = execFileSync('bash', [script], {
    env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 120_000, killSignal: 'SIGKILL'
  })
  const expected = [...tour.matchAll(/# → (\d{3})/g)].map(([, status]) => status)
  const seen = [...output.matchAll(/^→ (\d{3})$/gm)].map(([, status]) => status)
  if (expected.join() !== seen.join()) throw new Error(`the README says ${expected.join()}, the service says ${seen.join()}\n${output}`)
  console.log(`${seen.length} answers are as the README says: ${seen.join(', ')}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
