// How fast and in how much memory `gatehouse store copy` moves many accounts and sessions, and that a copy which was killed half way is
// made whole: `npm run typescript bench/store-copy.ts [accounts] [target URL]`. Needs `npm run build`. Without a target: SQLite to SQLite.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../src/ids.js'
import { asPasswordHash } from '../src/passwords/password-hash.js'
import { openStores } from '../src/stores/open.js'
import { type TransferRows } from '../src/stores/stores.js'

const accounts = Number(process.argv[2] ?? 100_000)
const hash = asPasswordHash('$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO')
const pageRows = 500

function userRow (index: number): TransferRows['users'] {
  const now = new Date()
  return { id: newId(), email: `user${index}@example.com`, emailVerified: true, username: `user-${index}`, firstName: 'Ada', lastName: `Lovelace ${index}`, phone: null, role: index === 0 ? 'admin' : 'client', disabled: false, createdAt: now, updatedAt: now, lastLoginAt: now, passwordHash: hash, passwordVersion: 1 }
}

function sessionRow (userId: string): TransferRows['sessions'] {
  const now = new Date()
  const until = new Date(now.getTime() + 30 * 86_400_000)
  return { id: newId(), userId, counter: 3, createdAt: now, lastUsedAt: now, rotatedAt: now, expiresAt: until, maxExpiresAt: until, endedAt: null, endReason: null, ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }
}

/** Ids sort by time, so every page is a range after the one before. */
async function seed (databaseUrl: string): Promise<void> {
  const { stores, close } = await openStores({ databaseUrl })
  const after = { users: '', sessions: '' }
  for (let from = 0; from < accounts; from += pageRows) {
    const users = Array.from({ length: Math.min(pageRows, accounts - from) }, (_, index) => userRow(from + index))
    const sessions = users.map(({ id }) => sessionRow(id))
    await stores.transfer.write('users', users, after.users, users.at(-1)?.id ?? null)
    await stores.transfer.write('sessions', sessions, after.sessions, sessions.at(-1)?.id ?? null)
    after.users = String(users.at(-1)?.id)
    after.sessions = String(sessions.at(-1)?.id)
  }
  await close()
}

function gatehouse (folder: string, ...args: string[]) {
  const child = spawn(process.execPath, ['bin/gatehouse.cjs', ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DATA_DIR: folder } })
  let out = ''
  child.stdout.on('data', (part: Buffer) => { out += part.toString() })
  return { child, ended: once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, out })) }
}

/** The highest resident set of the process in MiB, as Linux counted it until it ended. */
async function peakOf ({ pid }: ChildProcess, over: () => boolean): Promise<number> {
  let peak = 0
  while (!over()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    await sleep(50)
  }
  return peak
}

async function measure (what: string, folder: string, args: string[], killAfterMilliseconds = Infinity): Promise<{ out: string, milliseconds: number }> {
  const began = performance.now()
  const { child, ended } = gatehouse(folder, ...args)
  let over = false
  void ended.then(() => { over = true })
  const killing = killAfterMilliseconds === Infinity ? undefined : setTimeout(() => { child.kill('SIGKILL') }, killAfterMilliseconds)
  const peak = await peakOf(child, () => over)
  const { code, signal, out } = await ended
  clearTimeout(killing)
  const milliseconds = performance.now() - began
  console.log(`${what}: ${signal ?? `exit ${String(code)}`}, ${(milliseconds / 1000).toFixed(1)} s, peak RSS ${peak.toFixed(0)} MiB`)
  return { out, milliseconds }
}

/** A database of its own beside the one that the second argument names, or a file. */
function targetNamed (name: string): string {
  if (process.argv[3] === undefined) return `sqlite:${join(folder, `${name}.db`)}`
  const url = new URL(process.argv[3])
  url.pathname += `_${name}`
  return url.toString()
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-store-copy-'))
try {
  const source = `sqlite:${join(folder, 'source.db')}`
  const [whole, killed] = [targetNamed('whole'), targetNamed('killed')]
  const began = performance.now()
  await seed(source)
  console.log(`${accounts} accounts and as many sessions made in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  // The ring of keys is what a copy knows its source by.
  process.env.DATABASE_URL = source
  await gatehouse(folder, 'keys', 'rotate', '--now').ended
  const first = await measure('copy', folder, ['store', 'copy', '--from', source, '--to', whole, '--json'])
  console.log(first.out.trim())
  await measure('copy, killed half way', folder, ['store', 'copy', '--from', source, '--to', killed, '--json'], first.milliseconds * 0.3)
  process.env.DATABASE_URL = killed
  await measure('what it left', folder, ['store', 'check', '--json']).then(({ out }) => { console.log(out.trim()) })
  const resumed = await measure('resumed', folder, ['store', 'copy', '--from', source, '--to', killed, '--resume', '--json'])
  console.log(resumed.out.trim() === first.out.trim() ? 'the same counts and digests as the copy in one go' : `DIFFERS: ${resumed.out}`)
  await measure('afterwards', folder, ['store', 'check', '--full', '--json']).then(({ out }) => { console.log(out.trim()) })
} finally {
  await rm(folder, { recursive: true })
}
