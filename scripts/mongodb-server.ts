// A MongoDB-speaking server of this machine, installed and started by .ci/mongo (its README says which there are).
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
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
  /** Starts it on its port and in its folder; nothing where it runs. Rejects where it does not answer within 15 s. */
  start (): Promise<void>
  /** Ends it as a power cut would; its folder stays for the next start. */
  kill (): Promise<void>
  /** Ends it and removes its folder. */
  stop (): Promise<void>
}

/** A server with a port and an empty folder of its own, not started yet; installed where it is not. Null when it cannot be had; why
 * is on standard error. `launcher`: the words before its command, such as taskset's. */
export async function makeMongoServer (name: MongoServerName, launcher: readonly string[] = []): Promise<MongoServer | null> {
  const [installed] = await once(spawn(`.ci/mongo/${name}`, ['install'], { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit') as [number | null]
  if (installed !== 0) return null
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mongodb-'))
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
  let child: ChildProcess | undefined
  return {
    url,
    async start () {
      if (child !== undefined && runs(child)) return
      const [file = '', ...args] = [...launcher, `.ci/mongo/${name}`, 'start', String(port), folder]
      child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      for (const until = Date.now() + 15_000; Date.now() < until && runs(child);) {
        if (await answers(url)) return
        await sleep(100)
      }
      throw new Error(`The server ${name} does not answer.`)
    },
    async kill () {
      if (child !== undefined) await end(child, 'SIGKILL')
    },
    async stop () {
      if (child !== undefined) await end(child, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Makes a server and starts it. Null when it cannot be had or does not answer. */
export async function startMongoServer (name: MongoServerName, launcher: readonly string[] = []): Promise<MongoServer | null> {
  const server = await makeMongoServer(name, launcher)
  if (server === null) return null
  try {
    await server.start()
    return server
  } catch {
    await server.stop()
    return null
  }
}

const runs = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

async function end (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!runs(child)) return
  const gone = once(child, 'exit')
  child.kill(signal)
  const impatient = setTimeout(() => { child.kill('SIGKILL') }, 10_000)
  await gone
  clearTimeout(impatient)
}

async function answers (url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 })
  return await client.db('admin').command({ ping: 1 }).then(() => true, () => false).finally(() => client.close())
}

/** A port of the loopback that nobody listens on now, and that no system gives of itself to whoever asks for any: those begin at 32768. */
export async function freePort (): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(() => true, () => false)
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
