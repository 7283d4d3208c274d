// SECURITY.md B: kill -9 during writes.
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import type { MongoServer } from '../../scripts/mongodb-server.js'
import type { Client } from '../../test/helpers/client.js'
import { administrator, adminOf } from '../accounts.js'
import { openLedger, type Ledger } from '../ledger.js'
import { type Row, stores } from '../row.js'
import { during, type Scene, type Service } from '../scene.js'
import { lookFor, writeOn } from '../writers.js'

const atLeast = 200
const readyWithin = 5000

interface Running { service: Service, client: Client, server: MongoServer | null }

/** Writes until `atLeast` are acknowledged, and kills in the midst of it. Resolves with what the writers found wrong before. */
async function writeAndKill (scene: Scene, { service, client, server }: Running, ledger: Ledger, round: number): Promise<string[]> {
  let dying = false
  const already = ledger.acknowledged
  const writing = writeOn(client, ledger, round, () => dying)
  const failed = writing.then((faults) => { if (!dying) throw new Error(faults[0] ?? 'the writers ended') })
  const enough = async (): Promise<boolean> => ledger.acknowledged - already >= atLeast
  await Promise.race([failed, during(60_000, enough, `not ${atLeast} writes were acknowledged`)])
  await sleep(scene.random() * 50)
  dying = true
  await Promise.all([service.stop('SIGKILL'), server?.kill()])
  return await writing
}

/** Starts all again and answers how long that took until it was ready, in milliseconds. */
async function revive (scene: Scene, server: MongoServer | null): Promise<{ service: Service, took: number }> {
  await server?.start()
  const began = performance.now()
  const service = await scene.start({ REFRESH_GRACE: '5m' })
  return { service, took: performance.now() - began }
}

/** Looks for the subjects in eight lanes. */
async function lookForAll (client: Client, ledger: Ledger, round: number | null): Promise<string[]> {
  const isMeant = (subject: string): boolean => round === null ? subject.startsWith('person') : subject.split('-')[1] === String(round)
  const known = ledger.read().filter(({ subject }) => isMeant(subject))
  const faults: Array<string | null> = []
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let next = known.pop(); next !== undefined; next = known.pop()) faults.push(await lookFor(client, next))
  }))
  return faults.filter((fault) => fault !== null)
}

export const kill: Row = {
  section: 'B',
  name: 'kill',
  title: `kill -9 during writes (with MongoDB the database server is killed too), ≥ ${atLeast} acknowledged before each; ` +
    'the client keeps an fsynced ledger',
  asked: `every acknowledged write is there, the rest whole or absent; ready again ≤ ${readyWithin / 1000} s`,
  stores,
  async run (scene) {
    const server = scene.store === 'mongodb' ? await scene.ownServer() : null
    const ledger = await openLedger(join(scene.folder, 'ledger.ndjson'))
    const kills = scene.long ? 50 : 1
    const faults: string[] = []
    let slowest = 0
    let service = await scene.start({ REFRESH_GRACE: '5m' })
    let { accessToken } = await adminOf(scene, service.client)
    for (let round = 0; round < kills; round += 1) {
      faults.push(...await writeAndKill(scene, { service, client: service.client.as({ accessToken }), server }, ledger, round))
      const revived = await revive(scene, server)
      slowest = Math.max(slowest, revived.took)
      service = revived.service
      accessToken = (await service.client.login(administrator)).accessToken
      faults.push(...await lookForAll(service.client.as({ accessToken }), ledger, round))
    }
    // Persons stay as they are: none of the later kills may have harmed one.
    faults.push(...await lookForAll(service.client.as({ accessToken }), ledger, null))
    const written = ledger.acknowledged
    await ledger.close()
    const lost = faults.length === 0 ? 'all there' : `${faults.length} faults, such as: ${faults[0] ?? ''}`
    return {
      passed: faults.length === 0 && slowest <= readyWithin,
      figure: `${kills} kills, ${written} acknowledged, ${lost}; ready in at most ${Math.round(slowest)} ms`
    }
  }
}
