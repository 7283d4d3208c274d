// How fast and in how much memory `gatehouse user import` takes many rows: `npm run typescript bench/import.ts [rows]`. Needs `npm run build`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const rows = Number(process.argv[2] ?? 1_000_000)
const hash = '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO'

/** As mongoexport writes users of the first tutorial, with a username besides. */
async function generate (file: string): Promise<void> {
  const out = createWriteStream(file)
  for (let index = 0; index < rows; index += 1) {
    const oid = (1_544_405_389 + index).toString(16).padStart(8, '0') + index.toString(16).padStart(16, '0')
    const line = JSON.stringify({ _id: { $oid: oid }, email: `user${index}@example.com`, username: `user-${index}`, password: hash, role: 'Client', __v: 0 })
    if (!out.write(`${line}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

/** The highest resident set of the process in MiB, as Linux counted it until it ended. */
async function watchPeak (pid: number | undefined, ended: () => boolean): Promise<number> {
  let peak = 0
  while (!ended()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    await sleep(50)
  }
  return peak
}

async function measure (what: string, folder: string, args: string[]): Promise<void> {
  const began = performance.now()
  const child = spawn(process.execPath, ['bin/gatehouse.cjs', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DATA_DIR: folder } })
  let over = false
  const closed = once(child, 'close').then(([code]) => { over = true; return code as number })
  const peak = await watchPeak(child.pid, () => over)
  const seconds = (performance.now() - began) / 1000
  console.log(`${what}: exit ${await closed}, ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s, peak RSS ${peak.toFixed(0)} MiB`)
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-import-'))
try {
  const file = join(folder, 'users.ndjson')
  await generate(file)
  await measure('trial run', folder, ['user', 'import', file, '--dry-run'])
  await measure('first run', folder, ['user', 'import', file])
  await measure('second run', folder, ['user', 'import', file])
} finally {
  await rm(folder, { recursive: true })
}
