// SECURITY.md C: new signing keys while everybody is at work.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimsOf, type Client, type Member } from '../../test/helpers/client.js'
import { tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import type { Scene } from '../scene.js'

const lanes = 4
const lifeSeconds = 60

interface Walk { instances: readonly Client[], seen: Seen, random: () => number, goesOn: () => boolean }
interface Seen { good: number[], forged: number[], refreshed: number[] }

const isAlive = (token: string): boolean => Number(claimsOf(token).exp) * 1000 > Date.now() + 2000

/** Signed by nobody, with a key that nobody knows: makes an instance look for it in the store. */
function forgedToken (): string {
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: randomBytes(32).toString('base64url') }
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.${randomBytes(64).toString('base64url')}`
}

const ask = async (client: Client, token: string): Promise<number> => (await client.get('/persons?limit=1', { token })).status

/** A client that refreshes at one instance and goes to another at once, with the new token and with the oldest that is still alive. */
async function wander ({ instances, seen, random, goesOn }: Walk, member: Member): Promise<void> {
  let { accessToken, refreshToken } = member
  let oldest = accessToken
  for (let turn = 0; goesOn(); turn += 1) {
    const start = Math.floor(random() * instances.length)
    const [here, there] = [instances[start] as Client, instances[(start + 1) % instances.length] as Client]
    const { status, body } = await here.post('/refresh', { json: { refreshToken } })
    seen.refreshed.push(status)
    if (status === 200) ({ accessToken, refreshToken } = body as { accessToken: string, refreshToken: string })
    if (!isAlive(oldest)) oldest = accessToken
    seen.good.push(await ask(there, accessToken), await ask(here, accessToken), await ask(there, oldest))
    await sleep(50)
  }
}

async function forge ({ instances, seen, goesOn }: Walk): Promise<void> {
  while (goesOn()) {
    for (const client of instances) seen.forged.push(await ask(client, forgedToken()))
    await sleep(30)
  }
}

async function rotateOn (scene: Scene, times: number, everyMilliseconds: number): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await sleep(everyMilliseconds)
    await scene.operate(['keys', 'rotate', '--now'])
  }
  // So that every instance has taken up the last one: the ring is read every 10 s.
  await sleep(scene.long ? 12_000 : 2000)
}

export const rotation: Row = {
  section: 'C',
  name: 'key-rotation',
  title: '`keys rotate --now`, again and again, under load on two processes: new tokens go to the other process at once, old ones ' +
    'until they end; tokens with unknown kids come in all the time',
  asked: 'no false 401 (every good token 200, every forged one 401)',
  stores,
  async run (scene) {
    const environment = { ACCESS_TOKEN_TTL: `${lifeSeconds}s` }
    const instances = [(await scene.start(environment)).client, (await scene.start(environment)).client]
    const members = await Promise.all(Array.from({ length: lanes }, async () => await (instances[0] as Client).register()))
    const [times, every] = scene.long ? [20, 10_000] : [3, 1500]
    const seen: Seen = { good: [], forged: [], refreshed: [] }
    let over = false
    const walk: Walk = { instances, seen, random: scene.random, goesOn: () => !over }
    const load = Promise.all([...members.map(async (member) => { await wander(walk, member) }), forge(walk)])
    await Promise.race([load, rotateOn(scene, times, every)]).finally(() => { over = true })
    await load
    const keys = (await scene.operate(['keys', 'list', '--json'])).trim().split('\n').length
    const right = [...seen.good, ...seen.refreshed].every((status) => status === 200) && seen.forged.every((status) => status === 401)
    return {
      passed: right && keys === times + 1,
      figure: `${times} rotations, ${keys} keys; good tokens ${tally(seen.good)}; refreshes ${tally(seen.refreshed)}; ` +
        `forged ${tally(seen.forged)}`
    }
  }
}
