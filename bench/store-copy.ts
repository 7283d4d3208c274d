// How fast and in how much memory `gatehouse store copy` moves many accounts, sessions and persons there and back, that who was logged in
// before still is, and that a copy which was killed half way is made whole: `npm run typescript bench/store-copy.ts [accounts] [target URL]`.
// Needs `npm run build`. Without a target: SQLite to SQLite.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../src/ids.js'
import { asPasswordHash } from '../src/passwords/password-hash.js'
import { openStores } from '../src/stores/open.js'
import type { TransferRows } from '../src/stores/stores.js'
import { gatehouse, measure } from './command.js'

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

function personRow (index: number): TransferRows['persons'] {
  const now = new Date()
  return { id: newId(), personId: `P-${index}`, name: `Ada Lovelace ${index}`, email: `person${index}@example.com`, age: index % 100, createdAt: now, updatedAt: now, version: 1 }
}

/** Ids sort by time, so every page is a range after the one before. */
async function seed (databaseUrl: string): Promise<void> {
  const { stores, close } = await openStores({ databaseUrl })
  const after = { users: '', sessions: '', persons: '' }
  for (let from = 0; from < accounts; from += pageRows) {
    const users = Array.from({ length: Math.min(pageRows, accounts - from) }, (_, index) => userRow(from + index))
    const sessions = users.map(({ id }) => sessionRow(id))
    const persons = users.map((_, index) => personRow(from + index))
    await stores.transfer.write('users', users, after.users, users.at(-1)?.id ?? null)
    await stores.transfer.write('sessions', sessions, after.sessions, sessions.at(-1)?.id ?? null)
    await stores.transfer.write('persons', persons, after.persons, persons.at(-1)?.id ?? null)
    after.persons = String(persons.at(-1)?.id)
    after.users = String(users.at(-1)?.id)
    after.sessions = String(sessions.at(-1)?.id)
  }
  await close()
}

/** A database of its own beside the one that the second argument names, or a file. */
function targetNamed (name: string): string {
  if (process.argv[3] === undefined) return `sqlite:${join(folder, `${name}.db`)}`
  const url = new URL(process.argv[3])
  url.pathname += `_${name}`
  return url.toString()
}

/** Asks a service that runs on `databaseUrl` for as long as it takes. */
async function asked (databaseUrl: string, path: string, body: object): Promise<{ status: number, body: Record<string, unknown> }> {
  process.env.DATABASE_URL = databaseUrl
  const { child, ended } = gatehouse(folder, 'start')
  try {
    const origin = await new Promise<string>((resolve, reject) => {
      let log = ''
      child.stdout?.on('data', (part: Buffer) => {
        log += part.toString()
        const [, found] = /Server listening at (http:[^"]+)/.exec(log) ?? []
        if (found !== undefined) resolve(found)
      })
      void ended.then(() => { reject(new Error(`The service ended: ${log}`)) })
    })
    while (!(await fetch(`${origin}/health/ready`)).ok) await sleep(100)
    const answer = await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    return { status: answer.status, body: await answer.json() as Record<string, unknown> }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function copy (what: string, from: string, to: string): Promise<{ out: string, milliseconds: number }> {
  return await measure(what, folder, ['store', 'copy', '--from', from, '--to', to, '--json'])
}

const verdict = (same: boolean, other: string): string => same ? 'the same counts and digests as the first copy' : `DIFFERS: ${other}`

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-store-copy-'))
process.env.PORT = '0'
try {
  const source = `sqlite:${join(folder, 'source.db')}`
  const back = `sqlite:${join(folder, 'back.db')}`
  const [whole, killed] = [targetNamed('whole'), targetNamed('killed')]
  const began = performance.now()
  await seed(source)
  console.log(`${accounts} accounts, as many sessions and persons made in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  const before = await asked(source, '/register', { email: 'before@example.com', password: 'korrekte pferde batterie' })
  const first = await copy('copy', source, whole)
  console.log(first.out.trim())
  const second = await copy('copy back', whole, back)
  console.log(verdict(second.out.trim() === first.out.trim(), second.out))
  const { status } = await asked(back, '/refresh', { refreshToken: before.body.refreshToken })
  console.log(`a session made before refreshes on the copy of the copy: ${status}`)

  await measure('copy, killed half way', folder, ['store', 'copy', '--from', source, '--to', killed, '--json'], first.milliseconds * 0.3)
  process.env.DATABASE_URL = killed
  await measure('what it left', folder, ['store', 'check', '--json']).then(({ out }) => { console.log(out.trim()) })
  const resumed = await measure('resumed', folder, ['store', 'copy', '--from', source, '--to', killed, '--resume', '--json'])
  console.log(verdict(resumed.out.trim() === first.out.trim(), resumed.out))
  await measure('afterwards', folder, ['store', 'check', '--full', '--json']).then(({ out }) => { console.log(out.trim()) })
} finally {
  await rm(folder, { recursive: true })
}
