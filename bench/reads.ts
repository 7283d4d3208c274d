// GET /profile and GET /persons?limit=50 with a Bearer token, beside a bare Fastify route: alternating rounds in one run, medians.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, median, type Round, startServer, stopServer, tools } from './load.js'

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 4)
const connections = 64
const persons = 1000
const [service, bare] = ['http://127.0.0.1:4310', 'http://127.0.0.1:4311']

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
const env = { DATA_DIR: folder, PORT: '4310', THROTTLE: 'off', EMAIL_VERIFICATION: 'off', DATABASE_URL: process.env.BENCH_DATABASE_URL ?? `sqlite:${join(folder, 'bench.db')}` }
const rows = Array.from({ length: persons }, (_, index) => JSON.stringify({ personId: `P-${index}`, name: `Person ${index}`, email: `person${index}@example.com`, age: index % 100 }))
writeFileSync(join(folder, 'persons.ndjson'), rows.join('\n'))
execFileSync(process.execPath, ['bin/gatehouse.cjs', 'persons', 'import', join(folder, 'persons.ndjson')], { env: { ...process.env, ...env }, stdio: 'inherit' })

const servers = [
  await startServer(process.execPath, ['bin/gatehouse.cjs', 'start'], `${service}/health/ready`, env),
  await startServer(process.execPath, [...process.execArgv, 'bench/bare-fastify.ts', '4311'], bare)
]
const registered = await fetch(`${service}/register`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ email: 'bench@example.com', password: 'a bench pass phrase' })
})
const { accessToken } = await registered.json() as { accessToken: string }
const headers = { authorization: `Bearer ${accessToken}` }

const targets = { 'bare Fastify route': { url: `${bare}/` }, 'GET /profile': { url: `${service}/profile`, headers }, 'GET /persons?limit=50': { url: `${service}/persons?limit=50`, headers } }
const results = new Map<string, Round[]>()
for (const [name, { url, ...options }] of Object.entries(targets)) await load(url, { connections, seconds: 1, ...options }).then(() => results.set(name, []))
for (let round = 0; round < rounds; round += 1) {
  for (const [name, { url, ...options }] of Object.entries(targets)) results.get(name)?.push(await load(url, { connections, seconds, ...options }))
}
for (const server of servers) await stopServer(server)
rmSync(folder, { recursive: true })

const rate = (name: string) => median((results.get(name) ?? []).map((round) => round.requestsPerSecond))
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${connections} connections, ${rounds} rounds of ${seconds} s, ${tools}\n`)
console.log('| what | requests/s | of the bare route | p99 ms | not 2xx |\n|---|---|---|---|---|')
for (const [name, taken] of results) {
  const p99 = median(taken.map((round) => round.p99Milliseconds))
  const failed = taken.reduce((sum, round) => sum + round.failed, 0)
  console.log(`| ${name} | ${Math.round(rate(name))} | ${(rate(name) / rate('bare Fastify route')).toFixed(2)} | ${p99.toFixed(1)} | ${failed} |`)
}
