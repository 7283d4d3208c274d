// SECURITY.md B: everything moved to another database and back.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Row, stores } from '../row.js'
import type { Scene } from '../scene.js'

interface Copied { ok: boolean, kinds: Array<{ kind: string, rows: number, digest: string }> }

/** An argon2id hash of nobody's password: what counts here is that it arrives. */
const passwordHash = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`
const user = (index: number) => ({
  email: `user${index}@example.com`,
  username: `user${index}`,
  firstName: 'Jürgen',
  passwordHash,
  role: index % 50 === 0 ? 'manager' : 'client'
})
const person = (index: number) => ({
  personId: `P-${index}`, name: `Grace ${index} Hopper ✈`, email: index % 2 === 0 ? null : `p${index}@example.com`, age: index % 150
})

interface Rows { command: 'user' | 'persons', count: number, row: (index: number) => object }

async function importRows (scene: Scene, { command, count, row }: Rows, environment: Record<string, string>): Promise<void> {
  const file = join(scene.folder, `${command}.ndjson`)
  const lines = function * () { for (let index = 0; index < count; index += 1) yield `${JSON.stringify(row(index))}\n` }
  await pipeline(Readable.from(lines()), createWriteStream(file))
  await scene.operate([command, 'import', file], '', environment)
}

/** A database with `count` accounts and persons, and some of everything else: sessions, links, mail, audit, counters. */
async function fill (scene: Scene, url: string, count: number): Promise<void> {
  const environment = { DATABASE_URL: url }
  const service = await scene.start({ ...environment, SMTP_URL: 'smtp://127.0.0.1:9' })
  for (let index = 0; index < 5; index += 1) {
    const { email, accessToken } = await service.client.register()
    await service.client.post('/password/forgot', { json: { email } })
    if (index % 2 === 0) await service.client.post('/logout', { token: accessToken })
  }
  await service.stop()
  await importRows(scene, { command: 'user', count, row: user }, environment)
  await importRows(scene, { command: 'persons', count, row: person }, environment)
}

async function copy (scene: Scene, from: string, to: string): Promise<Copied> {
  return JSON.parse(await scene.operate(['store', 'copy', '--from', from, '--to', to, '--json'])) as Copied
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000)

export const storeCopy: Row = {
  section: 'B',
  name: 'store-copy',
  title: '`store copy` from SQLite to this store and back into another SQLite file, while nothing writes; 100,000 accounts and persons',
  asked: 'counts and digests equal both ways',
  stores,
  async run (scene) {
    const count = scene.long ? 100_000 : 300
    const [first, last] = ['first', 'last'].map((name) => `sqlite:${join(scene.folder, `${name}.db`)}`) as [string, string]
    await fill(scene, first, count)
    const began = performance.now()
    const there = await copy(scene, first, scene.databaseUrl)
    const [tookThere, turned] = [seconds(began), performance.now()]
    const back = await copy(scene, scene.databaseUrl, last)
    const rowsOf = (kind: string): number => there.kinds.find((one) => one.kind === kind)?.rows ?? 0
    const same = there.ok && back.ok && there.kinds.every(({ kind, rows, digest }, index) => {
      const other = back.kinds[index]
      return other?.kind === kind && other.rows === rows && other.digest === digest
    })
    const kinds = there.kinds.map(({ kind, rows }) => `${kind} ${rows}`).join(', ')
    return {
      passed: same && rowsOf('users') === count + 5 && rowsOf('persons') === count,
      figure: `${same ? 'equal' : 'NOT EQUAL'} both ways (${kinds}); ${tookThere} s there, ${seconds(turned)} s back`
    }
  }
}
