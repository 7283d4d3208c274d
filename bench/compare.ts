// Plays a row: all its sides started, warmed up, then measured by turns, there and back, so that a machine that drifts is fair to all.
import type { Bench } from './bench.js'
import type { Lane, Round, Row, Side, Sides } from './row.js'

/** The tokens have been seen, and V8 has compiled what each request needs; with much code that takes longer. */
const warmUpSeconds = ({ quick }: Bench, { warmUp = 2 }: Row): number => quick ? 1 : warmUp
/** A side that breaks so often is left out. */
const patience = 2

/** A side that cannot be started or breaks twice has its reason in place of rounds; the others go on. */
export async function compare (bench: Bench, row: Row): Promise<Sides> {
  const sides = row.sides(bench).filter(({ slow }) => !bench.quick || slow !== true)
  // In the order of the row, whatever breaks when.
  const found: Sides = Object.fromEntries(sides.map(({ name }) => [name, []]))
  const lanes = new Map<string, Lane>()

  async function leaveOut (name: string, error: unknown): Promise<void> {
    const [reason = ''] = (error as Error).message.split('\n')
    found[name] = reason
    await lanes.get(name)?.stop().catch(() => undefined)
    lanes.delete(name)
  }

  async function begin ({ name, start }: Side): Promise<void> {
    try {
      const lane = await start(bench)
      lanes.set(name, lane)
      if (row.cold !== true) await lane.take(warmUpSeconds(bench, row))
    } catch (error) {
      console.log(`NOT OK ${row.name}, ${name}: ${(error as Error).message}`)
      await leaveOut(name, error)
    }
  }

  /** A round that breaks is an empty one, so that those of the other sides still stand beside their own. */
  async function measure (name: string, lane: Lane): Promise<void> {
    const rounds = found[name] as Round[]
    try {
      rounds.push(await lane.take(bench.seconds))
    } catch (error) {
      console.log(`NOT OK ${row.name}, ${name}: ${(error as Error).message}`)
      rounds.push({})
      if (rounds.filter((round) => Object.keys(round).length === 0).length === Math.min(patience, bench.rounds)) await leaveOut(name, error)
    }
  }

  try {
    for (const side of sides) await begin(side)
    for (let round = 0; round < bench.rounds; round += 1) {
      const turns = [...lanes]
      for (const [name, lane] of round % 2 === 0 ? turns : turns.reverse()) await measure(name, lane)
    }
  } finally {
    for (const lane of lanes.values()) await lane.stop().catch(() => undefined)
  }
  return found
}
