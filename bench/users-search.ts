// GET /users?q= over 1,000 and 100,000 accounts in SQLite, by what is searched for: `npm run typescript bench/users-search.ts [rows] [requests]`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../src/app.js'
import { loadConfig } from '../src/config.js'
import { newId } from '../src/ids.js'
import type { NewUser } from '../src/stores/stores.js'

const many = Number(process.argv[2] ?? 100_000)
const requests = Number(process.argv[3] ?? 300)
const firstNames = ['Ada', 'Alan', 'Barbara', 'Dennis', 'Edsger', 'Frances', 'Grace', 'Hedy', 'Ivan', 'Jean']
const syllables = ['ba', 'de', 'fi', 'go', 'hu', 'ka', 'le', 'mi', 'no', 'pu', 'ra', 'se', 'ti', 'vo', 'wu', 'za']

/** The last twentieth are alike and were made last, as a load test or an import leaves them: `q=zz` finds only those. */
function account (index: number, rows: number): NewUser {
  const last = index >= rows * 0.95
  const name = `${[0, 4, 8, 12].map((bits) => syllables[(index * 40503 >> bits) & 15]).join('')}${index}`
  const now = new Date()
  const user = {
    id: newId(), email: `${last ? 'zz' : ''}${name}@example.com`, emailVerified: true, username: last ? `zz-${name}` : name,
    firstName: last ? 'Zzyzx' : firstNames[index % 10] ?? '', lastName: `${name[0]?.toUpperCase()}${name.slice(1, 8)}`, phone: null,
    role: 'client' as const, disabled: index % 50 === 0, createdAt: now, updatedAt: now, lastLoginAt: null
  }
  return { user, passwordHash: null }
}

const searches = {
  'one account': (turn: number) => `q=${account(turn * 331 % 900, 1000).user.username}`,
  'a first name (a tenth)': (turn: number) => `q=${firstNames[turn % 10]?.toLowerCase()}`,
  'one letter': (turn: number) => `q=${'abdefghiklmnprstv'[turn % 17]}`,
  'two letters': (turn: number) => `q=${syllables[turn % 16]}`,
  'what only the last twentieth has': () => 'q=zz',
  'no such prefix': (turn: number) => `q=qqq${turn}`,
  'one letter, disabled': (turn: number) => `disabled=true&q=${'abdefghiklmnprstv'[turn % 17]}`,
  'one letter, disabled, with total': (turn: number) => `total=true&disabled=true&q=${'abdefghiklmnprstv'[turn % 17]}`,
  'one letter, with total': (turn: number) => `total=true&q=${'abdefghiklmnprstv'[turn % 17]}`,
  'all': () => ''
}

const quantile = (times: number[], share: number): number => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0

async function open (rows: number) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-search-'))
  const app = await buildApp(loadConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', THROTTLE: 'off' }))
  await app.ready()
  for (let from = 0; from < rows; from += 1000) await app.stores.users.insertMany(Array.from({ length: Math.min(1000, rows - from) }, (_, index) => account(from + index, rows)))
  const { accessToken } = await app.issueAccessToken({ userId: newId(), sessionId: newId(), role: 'admin' })
  const headers = { authorization: `Bearer ${accessToken}` }

  return {
    async take (query: string): Promise<number> {
      const began = performance.now()
      const { statusCode, body } = await app.inject({ method: 'GET', url: `/users?${query}`, headers })
      if (statusCode !== 200) throw new Error(body)
      return performance.now() - began
    },
    async close (): Promise<void> {
      await app.close()
      rmSync(folder, { recursive: true })
    }
  }
}

const [few, lots] = [await open(1000), await open(many)]
console.log(`Node ${process.version}, ${requests} requests each, by turns, 50 items a page, milliseconds\n`)
console.log(`| search | 1,000: p50 | p99 | ${many.toLocaleString('en')}: p50 | p99 | p50 ratio | p99 ratio |\n|---|---|---|---|---|---|---|`)
for (const [name, query] of Object.entries(searches)) {
  const [timesFew, timesLots]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < requests + 20; turn += 1) {
    timesFew[turn] = await few.take(query(turn))
    timesLots[turn] = await lots.take(query(turn))
  }
  const [p50, p99, p50Lots, p99Lots] = [timesFew, timesLots].flatMap((times) => [quantile(times.slice(20), 0.5), quantile(times.slice(20), 0.99)]) as [number, number, number, number]
  console.log(`| ${name} | ${[p50, p99, p50Lots, p99Lots, p50Lots / p50, p99Lots / p99].map((figure) => figure.toFixed(2)).join(' | ')} |`)
}
await few.close()
await lots.close()
