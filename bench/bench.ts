// What the rows of one run share: how long a round is, a folder, and the stores, each filled when it is first asked for.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MongoServer, startMongoServer } from '../scripts/mongodb-server.js'
import { onCore } from './processes.js'
import { furnish, type House } from './servers/gatehouse.js'
import { furnishPeers, type PeersHouse } from './servers/peers.js'

export interface BenchOptions { quick: boolean, rounds: number, seconds: number }

export interface Bench extends BenchOptions {
  /** Goes when the run is over. */
  folder: string
  /** Gatehouse on SQLite with so many users and as many persons. */
  onSqlite (size?: number): Promise<House>
  /** The same on the MongoDB-speaking server. Rejects where there is none. */
  onMongodb (size?: number): Promise<House>
  /** The peers, on the same server. Rejects where there is none. */
  peers (size?: number): Promise<PeersHouse>
  /** A file of this run that nobody else has. */
  newFile (): string
  close (): Promise<void>
}

/** Enough for 20,000 different tokens, which --quick does without. */
const usualSizeOf = ({ quick }: BenchOptions): number => quick ? 1000 : 20_000
/** The driver of the peers of 2018 knows fewer options than the URL has. */
const databaseOn = (server: MongoServer, name: string): string => `${new URL(`/${name}`, server.url).toString()}?directConnection=true`

export function openBench (options: BenchOptions): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const made = new Map<string, Promise<unknown>>()
  const closing: Array<() => Promise<void>> = []
  const usualSize = usualSizeOf(options)
  let files = 0
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })

  /** Makes it the first time it is asked for; what failed once is not tried again. */
  function once<T> (name: string, make: () => Promise<T>): Promise<T> {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as Promise<T>
  }

  async function house (name: string, databaseUrl: string, size: number): Promise<House> {
    const own = join(folder, name)
    mkdirSync(own)
    const began = performance.now()
    const furnished = await furnish(databaseUrl, own, { users: size, persons: size })
    closing.push(furnished.close)
    console.log(`       ${name}: ${size} users and persons in ${((performance.now() - began) / 1000).toFixed(1)} s`)
    return furnished
  }

  function mongoServer (): Promise<MongoServer> {
    return once('MongoDB server', async () => {
      process.env.MONGO_JAVA_HEAP ??= '3g'
      const server = await startMongoServer('java', onCore(1))
      if (server === null) throw new Error('there is no MongoDB-speaking server')
      closing.push(server.stop)
      return server
    })
  }

  return {
    ...options,
    folder,
    onSqlite: (size = usualSize) => once(`sqlite ${size}`, async () => await house(`sqlite-${size}`, `sqlite:${join(folder, `sqlite-${size}`, 'gatehouse.db')}`, size)),
    onMongodb: (size = usualSize) => once(`mongodb ${size}`, async () => await house(`mongodb-${size}`, databaseOn(await mongoServer(), `gatehouse-${size}`), size)),
    peers: (size = usualSize) => once(`peers ${size}`, async () => await furnishPeers(databaseOn(await mongoServer(), `peers-${size}`), { users: size, persons: size })),
    newFile: () => join(folder, `lines-${files++}`),
    async close () {
      for (const end of closing.reverse()) await end().catch(() => undefined)
    }
  }
}
