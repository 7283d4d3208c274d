// Looks whether a database on a MongoDB server is whole. Makes no index: what is missing is to be seen.
import { type Db, type MongoClient, MongoServerError } from 'mongodb'
import { type CheckOptions, type EngineReport, type Finding, findingOf } from '../check.js'
import { createMongoClient } from './client.js'
import { toServiceError } from './errors.js'
import { describe, indexRows, names } from './indexes.js'
import { createSigningKeyStore, type SigningKeyDocument } from './signing-keys.js'

/** A look at every document takes its time; only a server that says nothing at all is given up. */
const patient = { socketTimeoutMS: 600_000 } as const

export async function checkMongoDatabase (url: string, { full }: CheckOptions): Promise<EngineReport> {
  const client = createMongoClient(url, patient)
  try {
    return await examine(client, full)
  } catch (error) {
    throw toServiceError(error)
  } finally {
    await client.close()
  }
}

async function examine (client: MongoClient, full: boolean): Promise<EngineReport> {
  const db = client.db()
  await db.command({ ping: 1 })
  const there = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name))
  const collections = Object.values(names).filter((name) => there.has(name))
  const findings = [await validity(db, collections, full), findingOf('indexes', await indexFaults(db, there), `${String(indexRows.length)} as this program makes them`)]
  const counts: Record<string, number> = {}
  for (const name of collections) counts[name] = await db.collection(name).countDocuments({})
  return { engine: 'mongodb', findings, counts, signingKeys: await createSigningKeyStore(db.collection<SigningKeyDocument>(names.signingKeys)).list() }
}

/** In the background, so that nobody waits for it; a full look locks each collection while it lasts (MongoDB manual, validate). */
async function validity (db: Db, collections: readonly string[], full: boolean): Promise<Finding> {
  const faults: string[] = []
  for (const name of collections) {
    try {
      const { valid, errors = [] } = await db.command({ validate: name, ...(full ? { full: true } : { background: true }) }) as { valid: boolean, errors?: unknown[] }
      if (!valid) faults.push([name, ...errors.map(String)].join(': '))
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error
      return { check: 'documents', result: 'skipped', detail: `validate: ${error.message}` }
    }
  }
  return findingOf('documents', faults, `validate of ${String(collections.length)} collections`)
}

async function indexFaults (db: Db, there: ReadonlySet<string>): Promise<string[]> {
  const faults: string[] = []
  for (const on of new Set(indexRows.map((row) => row.on))) {
    const present = there.has(on) ? await db.collection(on).listIndexes().toArray() : []
    for (const row of indexRows.filter((row) => row.on === on)) {
      const found = present.find(({ name }) => name === row.name) as Record<string, unknown> | undefined
      const wanted = Object.entries(describe(row, true))
      if (found === undefined) faults.push(`${on}.${row.name} is missing`)
      else if (wanted.some(([option, value]) => JSON.stringify(found[option]) !== JSON.stringify(value))) faults.push(`${on}.${row.name} is another`)
    }
  }
  return faults
}
