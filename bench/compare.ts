// Plays a row: all its sides started, warmed up, then measured by turns, there and back, so that a machine that drifts is fair to all.
import { type Bench } from './bench.js'
import { type Lane, type Round, type Row, type Sides } from './row.js'

/** Some thousand requests: the code is compiled, the tokens have been seen. */
const warmUpSeconds = 2

/** A side that cannot be started or breaks has its reason in place of rounds; the others go on. */
export async function compare (bench: Bench, row: Row): Promise<Sides> {
  const sides = row.sides(bench).filter(({ slow }) => !bench.quick || slow !== true)
  // In the order of the row, whatever breaks when.
  const found: Sides = Object.fromEntries(sides.map(({ name }) => [name, []]))
  const lanes = new Map<string, Lane>()

  /** Does `what` with a side; takes the side out where that rejects. */
  async function attempt (name: string, what: () => Promise<void>): Promise<void> {
    try {
      await what()
    } catch (error) {
      found[name] = (error as Error).message.split('\n')[0] ?? 'broke'
      console.log(`NOT OK ${row.name}, ${name}: ${(error as Error).message}`)
      await lanes.get(name)?.stop().catch(() => undefined)
      lanes.delete(name)
    }
  }

  try {
    for (const { name, start } of sides) {
      await attempt(name, async () => {
        const lane = await start(bench)
        lanes.set(name, lane)
        if (row.cold !== true) await lane.take(warmUpSeconds)
      })
    }
    const measured = new Map<string, Round[]>([...lanes.keys()].map((name) => [name, []]))
    for (let round = 0; round < bench.rounds; round += 1) {
      const names = [...lanes.keys()]
      for (const name of round % 2 === 0 ? names : names.reverse()) {
        await attempt(name, async () => { measured.get(name)?.push(await (lanes.get(name) as Lane).take(bench.seconds)) })
      }
    }
    for (const name of lanes.keys()) found[name] = measured.get(name) ?? []
  } finally {
    for (const lane of lanes.values()) await lane.stop().catch(() => undefined)
  }
  return found
}
