// How fast and in how much memory `gatehouse user import` takes many rows: `npm run typescript bench/import.ts [rows]`. Needs `npm run build`.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure } from './command.js'

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

async function importThem (what: string, folder: string, args: string[]): Promise<void> {
  const { out, milliseconds } = await measure(what, folder, ['user', 'import', ...args])
  console.log(`${out.trim()}\n${Math.round(rows / milliseconds * 1000)} rows/s`)
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-import-'))
try {
  const file = join(folder, 'users.ndjson')
  await generate(file)
  await importThem('trial run', folder, [file, '--dry-run'])
  await importThem('first run', folder, [file])
  await importThem('second run', folder, [file])
} finally {
  await rm(folder, { recursive: true })
}
