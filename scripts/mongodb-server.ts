// A MongoDB-speaking server of this machine, installed and started by .ci/mongo (its README says which there are).
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'

export const mongoServers = ['secantus', 'java'] as const
export type MongoServerName = typeof mongoServers[number]

export interface MongoServer {
  /** For the driver: the server alone, whatever it says of replica sets. */
  url: string
  stop (): Promise<void>
}

/** Installs the server where it is not yet, and starts it in an empty folder. Null when it cannot be had; why is on standard error. */
export async function startMongoServer (name: MongoServerName): Promise<MongoServer | null> {
  const [installed] = await once(spawn(`.ci/mongo/${name}`, ['install'], { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit') as [number | null]
  if (installed !== 0) return null
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mongodb-'))
  const child = spawn(`.ci/mongo/${name}`, ['start', String(port), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  const server = { url: `mongodb://127.0.0.1:${port}/?directConnection=true`, stop: () => stop(child, folder) }
  for (let tries = 0; tries < 60 && child.exitCode === null; tries += 1) {
    if (await answers(server.url)) return server
    await sleep(250)
  }
  await server.stop()
  return null
}

async function stop (child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const impatient = setTimeout(() => { child.kill('SIGKILL') }, 10_000)
    await gone
    clearTimeout(impatient)
  }
  rmSync(folder, { recursive: true, force: true })
}

async function answers (url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 })
  return await client.db('admin').command({ ping: 1 }).then(() => true, () => false).finally(() => client.close())
}

/** A port of the loopback that nobody listens on now. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
