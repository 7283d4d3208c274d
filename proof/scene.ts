// Where a row plays: a store of its own, a folder, chance from a printed seed, and the compiled service as real processes on it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { parse } from 'yaml'
import { freePort, makeMongoServer, type MongoServer } from '../scripts/mongodb-server.js'
import { type Client, createClient } from '../test/helpers/client.js'
import type { ApiDocument } from '../test/helpers/document.js'
import { overSocket } from '../test/helpers/transports.js'
import type { StoreName } from './row.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const secret = 'qgVgnsIr9yDm0q7v8ZJ5fRZbq8dH2mXcT1uYw3KeLpA='

export interface Service {
  origin: string
  /** Asks over sockets, each request on a connection of its own; every answer is held against openapi.yaml. */
  client: Client
  child: ChildProcess
  /** What it has written to its log, lines of JSON. */
  log (): string
  /** Sends the signal and resolves with the exit code, null after a signal that cannot be caught. */
  stop (signal?: NodeJS.Signals): Promise<number | null>
}

export interface Scene {
  store: StoreName
  /** False with --short. */
  long: boolean
  seed: number
  /** The next number of [0, 1) that the seed gives. */
  random (): number
  folder: string
  databaseUrl: string
  /** The environment of its services: no limits per address, mail to files, a queue for hashes that no race of 50 fills. */
  environment: Record<string, string>
  /** Starts a service on the store and resolves when it is ready, or with `ready: false` as soon as it listens. `program`: what is run in
   * place of the operator's command. */
  start (environment?: Record<string, string>, options?: { ready?: boolean, program?: string[] }): Promise<Service>
  /** Runs the operator's command; resolves with what it printed. Rejects unless it exits with 0. */
  operate (args: string[], input?: string, environment?: Record<string, string>): Promise<string>
  /** MongoDB: a running server of this scene alone, which may be killed and started again; services and commands use it from now
   * on. Always the one that keeps its data. */
  ownServer (): Promise<MongoServer>
  /** A port that is free now. */
  freePort (): Promise<number>
}

/** Makes a scene, plays `act` in it, and ends all that it started. `mongodbUrl` is the server to make a database on. */
export async function inScene<Result> (options: { store: StoreName, long: boolean, seed: number, mongodbUrl: string | undefined }, act: (scene: Scene) => Promise<Result>): Promise<Result> {
  const { store, long, seed } = options
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-proof-'))
  const databaseUrl = store === 'sqlite' ? `sqlite:${join(folder, 'gatehouse.db')}` : databaseOn(options.mongodbUrl, folder)
  const environment = { NODE_ENV: 'test', PORT: '0', DATA_DIR: folder, DATABASE_URL: databaseUrl, AUTH_SECRET: secret, THROTTLE: 'off', SHED_AFTER_MS: '0', HASH_QUEUE: '200' }
  const document = parse(await readFile(join(root, 'openapi.yaml'), 'utf8')) as ApiDocument
  const children: ChildProcess[] = []
  const servers: MongoServer[] = []

  async function start (more: Record<string, string> = {}, { ready = true, program = ['bin/gatehouse.cjs', 'start'] }: { ready?: boolean, program?: string[] } = {}): Promise<Service> {
    const child = spawn(process.execPath, program, { cwd: root, env: { PATH: process.env.PATH, ...environment, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    let log = ''
    child.stdout.on('data', (part: Buffer) => { log += part.toString() })
    child.stderr.on('data', (part: Buffer) => { log += part.toString() })
    const listening = (): string | undefined => /Server listening at (http:[^"]+)/.exec(log)?.[1]
    const ended = (): boolean => child.exitCode !== null || child.signalCode !== null
    await during(60_000, async () => listening() !== undefined || ended(), () => `the service did not listen: ${log}`)
    const origin = listening()
    if (origin === undefined) throw new Error(`The service ended with ${String(child.exitCode ?? child.signalCode)}: ${log}`)
    const send = overSocket(origin)
    if (ready) await during(20_000, async () => (await send({ method: 'GET', url: '/health/ready', headers: {}, body: undefined })).status === 200, 'the service was not ready')
    return {
      origin,
      client: createClient({ document, send }),
      child,
      log: () => log,
      async stop (signal = 'SIGTERM') {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill(signal)
          await once(child, 'exit')
        }
        return child.exitCode
      }
    }
  }

  async function operate (args: string[], input = '', more: Record<string, string> = {}): Promise<string> {
    const env = { PATH: process.env.PATH, ...environment, ...more }
    const child = spawn(process.execPath, ['bin/gatehouse.cjs', ...args], { cwd: root, env, stdio: 'pipe' })
    let printed = ''
    let complaint = ''
    child.stdout.on('data', (part: Buffer) => { printed += part.toString() })
    child.stderr.on('data', (part: Buffer) => { complaint += part.toString() })
    child.stdin.end(input)
    const [code] = await once(child, 'close') as [number | null]
    if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} ended with ${String(code)}: ${complaint}`)
    return printed
  }

  async function ownServer (): Promise<MongoServer> {
    const server = await makeMongoServer('secantus')
    if (server === null) throw new Error('There is no MongoDB-speaking server to start.')
    servers.push(server)
    await server.start()
    environment.DATABASE_URL = databaseOn(server.url, folder)
    return server
  }

  try {
    return await act({ store, long, seed, random: randomFrom(seed), folder, databaseUrl, environment, start, operate, ownServer, freePort })
  } finally {
    for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    for (const server of servers) await server.stop()
    if (store === 'mongodb') await drop(databaseUrl)
    await rm(folder, { recursive: true, force: true })
  }
}

function databaseOn (server: string | undefined, folder: string): string {
  if (server === undefined) throw new Error('There is no MongoDB-speaking server.')
  const url = new URL(server)
  url.pathname = `/${folder.replace(/^.*\//, '').replaceAll('-', '_')}`
  return url.toString()
}

async function drop (url: string): Promise<void> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 })
  await client.db().dropDatabase().catch(() => undefined)
  await client.close()
}

/** Asks every 20 ms until `holds`; rejects with `complaint` after `limit` milliseconds. Resolves with the milliseconds it took. */
export async function during (limit: number, holds: () => Promise<boolean>, complaint: string | (() => string)): Promise<number> {
  const began = performance.now()
  while (!await holds()) {
    if (performance.now() - began > limit) throw new Error(`After ${limit} ms ${typeof complaint === 'string' ? complaint : complaint()}.`)
    await sleep(20)
  }
  return performance.now() - began
}

/** Milliseconds that `act` takes, without those in which the machine stood still: in which no timer of this process was served for long. */
export async function running (act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  let last = began
  let stood = 0
  const look = (): void => {
    const now = performance.now()
    if (now - last > 150) stood += now - last
    last = now
  }
  const timer = setInterval(look, 20)
  await act().finally(() => { clearInterval(timer) })
  look()
  return performance.now() - began - stood
}

/** Numbers of [0, 1) that only `seed` decides (mulberry32). */
function randomFrom (seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
