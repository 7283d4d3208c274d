// An answer of a real server, for the ceilings to send again.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { headersOf } from '../load/requests.js'
import { type Server, startServer } from '../processes.js'

/** As bench/servers/ceiling.ts has them. */
export type Ceiling = 'node:http' | 'fastify' | 'json'

export interface Answer { headers: Record<string, string>, body: string }

/** Node writes these itself, anew for each answer. */
const ofTheConnection = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

async function record (server: Server, path: string, token: string): Promise<Answer> {
  const response = await fetch(server.origin + path, { headers: { ...headersOf(0), authorization: `Bearer ${token}` } })
  if (response.status !== 200) throw new Error(`GET ${path} was answered ${response.status}`)
  return { headers: Object.fromEntries([...response.headers].filter(([name]) => !ofTheConnection.has(name))), body: await response.text() }
}

/** Starts a ceiling that answers what `server` answers to `path` now. */
export async function startCeiling (bench: Bench, kind: Ceiling, server: Server, path: string, token: string): Promise<Server> {
  const file = join(bench.folder, `${kind.replace(':', '-')}${path.replace(/\W/g, '-')}.json`)
  writeFileSync(file, JSON.stringify(await record(server, path, token)))
  return await startServer({ command: [process.execPath, ...process.execArgv, 'bench/servers/ceiling.ts', kind, file], env: { NODE_ENV: 'production' } })
}
