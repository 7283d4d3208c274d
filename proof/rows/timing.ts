// SECURITY.md E: whether the time or the text of an answer says who has an account.
import { hash as bcrypt } from '@node-rs/bcrypt'
import argon2 from 'argon2'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { password } from '../../test/helpers/client.js'
import { type Row, stores } from '../row.js'
import type { Scene, Service } from '../scene.js'
import { compare, type Comparison, createTimer, type Timed, workOf } from '../timing.js'

const bound = { milliseconds: 1, share: 0.05, t: 4.5 }
/** Where chance has put the medians further apart than that, more are asked, up to so many times as many. */
const atMostTimes = 3
/** So few that with those of the warming-up no account reaches the limit of its address, 10, in the two loads together. */
const triesOfAnAccount = 2
/** Log-ins that wait for a slot at any time while the gate is saturated. */
const waiting = 2

type Timer = ReturnType<typeof createTimer>
type Ask = (timer: Timer, index: number) => Promise<Timed>

/** One of each is asked in each round; the first is what the others must not differ from. */
interface Group { name: string, kinds: Record<string, Ask> }

const kindsOfAccount = ['wrong', 'disabled', 'bcrypt'] as const
type Name = typeof kindsOfAccount[number] | 'nobody'
const emailOf = (name: Name, number: number): string => `${name.padEnd(8, '-')}${String(number).padStart(4, '0')}@example.com`

const logIn = (name: Name): Ask => async (timer, index) =>
  await timer.post('/login', { email: emailOf(name, Math.floor(index / triesOfAnAccount)), password: 'not the password' })
const forget = (name: Name): Ask => async (timer, index) => await timer.post('/password/forgot', { email: emailOf(name, index) })

const groups: readonly Group[] = [
  { name: 'log-in', kinds: { unknown: logIn('nobody'), 'wrong password': logIn('wrong'), disabled: logIn('disabled'), 'bcrypt hash': logIn('bcrypt') } },
  { name: 'forgot', kinds: { unknown: forget('nobody'), known: forget('wrong') } }
]

/** Accounts whose password is known, so that it can be seen that they are there. */
async function importAccounts (scene: Scene, count: number, bcryptCost: number): Promise<void> {
  const own = await argon2.hash(password, { type: argon2.argon2id, memoryCost: 19456, timeCost: 2, parallelism: 1 })
  const old = await bcrypt(password, bcryptCost)
  const rows = Array.from({ length: count }, (_, number) => kindsOfAccount.map((name) =>
    ({ email: emailOf(name, number), passwordHash: name === 'bcrypt' ? old : own, disabled: name === 'disabled' }))).flat()
  const file = join(scene.folder, 'accounts.ndjson')
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  await scene.operate(['user', 'import', file])
}

/** What of an answer must not differ, as one text. */
function looks ({ status, headers, text }: Timed): string {
  const own = new Set(['date', 'x-request-id'])
  return JSON.stringify([status, Object.entries(headers).filter(([name]) => !own.has(name)), text.replace(/"requestId":"[^"]*"/, '')])
}

interface Measured { same: boolean, far: string[], figure: string }

/** What was seen of each kind: the time of the answers, and the work of the process. */
interface Sample { seen: Set<string>, time: Map<string, number[]>, work: Map<string, number[]> }

interface Setting { scene: Scene, service: Service, timer: Timer, group: Group }

/** Asks `rounds` rounds, each in an order of its own. The first ones warm the service up and do not count. */
async function take ({ scene, service, timer, group: { kinds } }: Setting, rounds: { from: number, to: number }, sample: Sample): Promise<void> {
  const work = (): number => workOf(Number(service.child.pid))
  for (let round = rounds.from - 3; round < rounds.to; round += 1) {
    const order = Object.keys(kinds).map((name) => ({ name, rank: scene.random() })).sort((one, other) => one.rank - other.rank)
    for (const { name } of order) {
      const before = work()
      const answer = await (kinds[name] as Ask)(timer, Math.max(rounds.from, round))
      if (round < rounds.from) continue
      sample.seen.add(looks(answer))
      sample.time.get(name)?.push(answer.milliseconds)
      sample.work.get(name)?.push(work() - before)
    }
  }
}

/** Every kind against the first. The work counts where nothing else has the process work. */
async function measure (scene: Scene, service: Service, group: Group, idle: boolean): Promise<Measured> {
  const timer = createTimer(service.origin)
  const [first = '', ...others] = Object.keys(group.kinds)
  const empty = (): Map<string, number[]> => new Map(Object.keys(group.kinds).map((name) => [name, []]))
  const sample: Sample = { seen: new Set(), time: empty(), work: empty() }
  const against = (name: string, what: 'time' | 'work'): Comparison => compare(sample[what].get(first) ?? [], sample[what].get(name) ?? [])
  const isNear = ({ medians: [one, other] }: Comparison, more = 0): boolean =>
    Math.abs(one - other) <= Math.max(bound.milliseconds, bound.share * one) + more
  const isClear = (name: string): boolean => isNear(against(name, 'time')) && Math.abs(against(name, 'time').t) < bound.t
  const isTold = (name: string): boolean => {
    const [time, work] = [against(name, 'time'), against(name, 'work')]
    return Math.abs(time.t) >= bound.t || !isNear(time, time.chance) || (idle && !isNear(work, work.chance))
  }
  const rounds = roundsOf(scene)
  for (let part = 0; part < (scene.long ? atMostTimes : 1) && !(part > 0 && others.every(isClear)); part += 1) {
    await take({ scene, service, timer, group }, { from: part * rounds, to: (part + 1) * rounds }, sample)
  }
  timer.close()
  const pair = ({ medians: [one, other] }: Comparison): string => `${other.toFixed(1)} to ${one.toFixed(1)} ms`
  const figures = others.map((name) => {
    const [time, work] = [against(name, 'time'), against(name, 'work')]
    return `${name} ${pair(time)} (t ${time.t.toFixed(1)}${isNear(time) ? '' : `, by chance ± ${time.chance.toFixed(1)}`}${idle ? `; work ${pair(work)}` : ''})`
  })
  const far = others.filter(isTold).map((name) => `${group.name}: ${name}`)
  return { same: sample.seen.size === 1, far, figure: `${group.name} ${figures.join(', ')}, of ${sample.time.get(first)?.length ?? 0} each` }
}

const roundsOf = ({ long }: Scene): number => long ? 300 : 10

/** Does `work` while every slot for hashes is taken and a few more wait for one. */
async function whileSaturated<Result> (origin: string, work: () => Promise<Result>): Promise<Result> {
  let over = false
  const lanes = Array.from({ length: availableParallelism() + waiting }, async (_, lane) => {
    const timer = createTimer(origin)
    for (let index = 0; !over; index += 1) await timer.post('/login', { email: `lane-${lane}-${index}@example.com`, password })
    timer.close()
  })
  try {
    return await work()
  } finally {
    over = true
    await Promise.all(lanes)
  }
}

/** That the accounts are there and are what they are said to be: each with its right password. */
async function control (origin: string, count: number): Promise<boolean> {
  const timer = createTimer(origin)
  const statuses: number[] = []
  for (const name of [...kindsOfAccount, 'nobody' as const]) statuses.push((await timer.post('/login', { email: emailOf(name, count - 1), password })).status)
  timer.close()
  return statuses.join() === '200,403,200,401'
}

export const timing: Row = {
  section: 'E',
  name: 'log-in-timing',
  title: 'log-in of an unknown name, with a wrong password, disabled, with an old bcrypt hash; forgot known and unknown; 300 of each (more where chance ' +
    'puts the medians apart) in random order, idle and while the hashing gate is saturated',
  asked: `same status, headers and body; medians within ${bound.milliseconds} ms or ${bound.share * 100} % (where the machine is noisy: as far as ` +
    `chance lets one see), |t| < ${bound.t}; idle, the processor time too`,
  alone: true,
  stores,
  async run (scene) {
    const accounts = (roundsOf(scene) + 1) * atMostTimes
    const service = await scene.start()
    const { origin } = service
    await importAccounts(scene, accounts, scene.long ? 10 : 6)
    const [idle, busy]: [Measured[], Measured[]] = [[], []]
    for (const group of groups) idle.push(await measure(scene, service, group, true))
    for (const group of groups) busy.push(await whileSaturated(origin, async () => await measure(scene, service, group, false)))
    const there = await control(origin, accounts)
    const all = [...idle, ...busy]
    const far = all.flatMap(({ far }) => far)
    const figures = (some: readonly Measured[]): string => some.map(({ figure }) => figure).join('; ')
    const same = all.every(({ same }) => same)
    return {
      passed: there && same && far.length === 0,
      figure: [
        same ? 'same answers' : 'NOT the same answers', `idle: ${figures(idle)}`, `saturated: ${figures(busy)}`,
        ...(there ? [] : ['the accounts are NOT as they should be']), ...(far.length === 0 ? [] : [`told apart: ${far.join(', ')}`])
      ].join('; ')
    }
  }
}
