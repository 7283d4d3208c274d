// SECURITY.md F: guessing passwords.
import { password } from '../../test/helpers/client.js'
import { overSocket } from '../../test/helpers/transports.js'
import { tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import { during, type Scene } from '../scene.js'

const asked = { anAddress: 10, inARow: 100, ownerWithin: 60_000 }
const home = '192.0.2.10'
const attackers = Array.from({ length: 200 }, (_, index) => `198.51.100.${index}`)

interface Try { email: string, from: string, password?: string }

/** Tries in forty lanes; resolves with the statuses and the milliseconds it took. */
function attacker (origin: string) {
  const send = overSocket(origin)
  const logIn = async ({ email, from, password = 'a wrong password' }: Try): Promise<number> =>
    (await send({ method: 'POST', url: '/login', headers: { 'content-type': 'application/json', 'x-forwarded-for': from }, body: JSON.stringify({ email, password }) })).status
  return {
    logIn,
    async attack (tries: readonly Try[]): Promise<{ statuses: number[], milliseconds: number }> {
      const [left, statuses] = [[...tries], [] as number[]]
      const began = performance.now()
      await Promise.all(Array.from({ length: 40 }, async () => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) statuses.push(await logIn(next))
      }))
      return { statuses, milliseconds: performance.now() - began }
    }
  }
}

const lookedAt = (statuses: readonly number[]): number => statuses.filter((status) => status === 401).length
/** After the hundredth the intervals begin, of 1 s and soon of 30 s, with one try each: so many an attack of this length meets. */
const intervalsIn = (milliseconds: number): number => Math.floor(Math.min(1, milliseconds / 1000)) + Math.floor(milliseconds / 30_000)

interface Part { right: boolean, figure: string }
type Attacker = ReturnType<typeof attacker>

async function fromOneAddress ({ attack }: Attacker, email: string): Promise<Part> {
  const { statuses } = await attack(Array.from({ length: 25 }, () => ({ email, from: '203.0.113.7' })))
  return { right: lookedAt(statuses) === asked.anAddress, figure: `one address: ${lookedAt(statuses)} of ${statuses.length} looked at` }
}

/** Also how long it takes until the owner is in, at home and from an address never seen, while the attack goes on. */
async function fromManyAddresses (scene: Scene, { attack, logIn }: Attacker, email: string): Promise<Part> {
  const rounds = scene.long ? 12 : 2
  const tries = Array.from({ length: rounds }, () => attackers).flat().map((from) => ({ email, from }))
  const { statuses, milliseconds } = await attack(tries)
  const allowed = asked.inARow + intervalsIn(milliseconds)
  const atHome = await logIn({ email, from: home, password })
  const figure = `${attackers.length} addresses: ${lookedAt(statuses)} of ${statuses.length} looked at in ${Math.round(milliseconds / 1000)} s (allowed ${allowed}); the owner at home ${atHome}`
  const right = lookedAt(statuses) <= allowed && lookedAt(statuses) >= asked.inARow && atHome === 200
  if (!scene.long) return { right, figure }
  // That success ended the run; the attackers make another, up to their tries.
  const again = attack(tries)
  const elsewhere = await during(asked.ownerWithin * 2, async () => await logIn({ email, from: '203.0.113.99', password }) === 200, 'the owner was not in')
  await again
  return { right: right && elsewhere <= asked.ownerWithin, figure: `${figure}, from elsewhere in after ${(elsewhere / 1000).toFixed(1)} s` }
}

async function spray ({ attack }: Attacker, accounts: number): Promise<Part> {
  const tries = Array.from({ length: accounts }, (_, index) => ({ email: `sprayed${index}@example.com`, from: '203.0.113.50' }))
  const { statuses, milliseconds } = await attack(tries)
  // 30 a minute and address (policies.ts).
  const allowed = 30 + Math.ceil(milliseconds / 2000)
  return { right: lookedAt(statuses) <= allowed && lookedAt(statuses) >= 30, figure: `one password over ${accounts} accounts from one address: ${tally(statuses)} (allowed ${allowed})` }
}

export const guessing: Row = {
  section: 'F',
  name: 'guessing',
  title: 'guessing one account from 1 and from 200 addresses; one password over 1000 accounts; the owner logs in meanwhile',
  asked: `≤ ${asked.anAddress} tries an account and address, ≤ ${asked.inARow} in a row an account, then one in an interval of up to 30 s; the owner ` +
    `in at home at once, elsewhere ≤ ${asked.ownerWithin / 1000} s; one address ≤ 30 accounts a minute`,
  stores,
  async run (scene) {
    const { origin } = await scene.start({ THROTTLE: 'on', TRUST_PROXY: '127.0.0.1/32' })
    const send = overSocket(origin)
    const emails = ['one@example.com', 'many@example.com'] as const
    for (const email of emails) {
      const { status } = await send({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json', 'x-forwarded-for': home }, body: JSON.stringify({ email, password }) })
      if (status !== 201) throw new Error(`The registration was answered ${status}.`)
    }
    const on = attacker(origin)
    const parts = [await fromOneAddress(on, emails[0]), await fromManyAddresses(scene, on, emails[1]), await spray(on, scene.long ? 1000 : 100)]
    return { passed: parts.every(({ right }) => right), figure: parts.map(({ figure }) => figure).join('; ') }
  }
}
