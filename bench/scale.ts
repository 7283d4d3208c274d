// A day of so many accounts, each played by itself, beside what the formulas of the capacity model say: npm run typescript bench/scale.ts [accounts] [seed]
import { type Assumptions, assumptions, type Rates, ratesOfAll } from './scale-model.js'

const accounts = Number(process.argv[2] ?? 100_000_000)
const seed = Number(process.argv[3] ?? 20_260_101)
const minutesADay = 1440

/** Random numbers of [0, 1) that the seed gives (xorshift, 32 bits). */
function chance (start: number): () => number {
  let state = start | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** When in the day apps are opened: a wave with its top in the evening, as high as `peak` says. The minute for each of so many chances. */
function dayOf ({ peak }: Assumptions): Uint16Array {
  const weights = Array.from({ length: minutesADay }, (_, minute) => 1 + (peak - 1) * Math.cos((minute - 1200) / minutesADay * 2 * Math.PI))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const minutes = new Uint16Array(2 ** 18)
  let [minute, reached] = [0, (weights[0] ?? 0) / total]
  for (let index = 0; index < minutes.length; index += 1) {
    while (reached < (index + 0.5) / minutes.length && minute < minutesADay - 1) {
      minute += 1
      reached += (weights[minute] ?? 0) / total
    }
    minutes[index] = minute
  }
  return minutes
}

const kinds = ['opens', 'refreshes', 'logIns', 'logOuts'] as const
type Counts = Record<typeof kinds[number], Uint32Array>
/** Where an account stands at midnight, in minutes from then: the birth of its access token, the end of its session, its last opening. */
interface State { tokenAt: number, endsAt: number, openedAt: number, gone: boolean }

/** Accounts of each habit that are played for months, so that the day begins with sessions of every age. */
const pool = 50_000

function createPlayer (model: Assumptions, random: () => number) {
  const day = dayOf(model)
  const times = new Float64Array(256)
  const exponential = (mean: number): number => -mean * Math.log(1 - random())

  /** How often a habit of `opensADay` opens the app in a day (Knuth's way to a Poisson number), and when: sorted into `times`. */
  function openings (opensADay: number): number {
    const none = Math.exp(-opensADay)
    let found = 0
    for (let product = random(); product > none && found < times.length; product *= random()) {
      times[found] = (day[Math.floor(random() * day.length)] ?? 0) + random()
      found += 1
    }
    if (found > 1) times.subarray(0, found).sort()
    return found
  }

  /** Plays a day of one account, which changes its state. What goes on after midnight counts in the first minutes, as yesterday's does. */
  function playDay (state: State, opensADay: number, counts: Counts | null): void {
    const note = (kind: keyof Counts, minute: number): void => {
      if (counts === null) return
      const at = Math.floor(minute) % minutesADay
      counts[kind][at] = (counts[kind][at] ?? 0) + 1
    }
    const found = openings(opensADay)
    for (let index = 0; index < found; index += 1) {
      const opened = times[index] ?? 0
      note('opens', opened)
      if (state.gone || opened > state.endsAt || opened - state.openedAt > model.idleDays * minutesADay) {
        note('logIns', opened)
        state.gone = false
        state.endsAt = opened + model.maxDays * minutesADay
        state.tokenAt = opened
      } else if (opened - state.tokenAt > model.accessMinutes) {
        note('refreshes', opened)
        state.tokenAt = opened
      }
      state.openedAt = opened
      const closed = opened + exponential(model.openMinutes)
      while (closed - state.tokenAt > model.accessMinutes) {
        state.tokenAt += model.accessMinutes
        note('refreshes', state.tokenAt)
      }
      if (random() < model.logOutShare) {
        note('logOuts', closed)
        state.gone = true
      }
    }
    state.tokenAt -= minutesADay
    state.endsAt -= minutesADay
    state.openedAt -= minutesADay
  }

  /** Accounts as they stand after months of their habit: longer than any session, and not all equally long, or all would end together. */
  function settled (opensADay: number): State[] {
    return Array.from({ length: pool }, () => {
      const days = model.maxDays * (1 + random()) + 30
      const state: State = { tokenAt: -Infinity, endsAt: 0, openedAt: -Infinity, gone: true }
      for (let day = 0; day < days; day += 1) playDay(state, opensADay, null)
      return state
    })
  }

  return {
    play (): Counts {
      const counts = Object.fromEntries(kinds.map((kind) => [kind, new Uint32Array(minutesADay)])) as Counts
      for (const { share, opensADay } of model.habits) {
        const states = settled(opensADay)
        const state: State = { tokenAt: 0, endsAt: 0, openedAt: 0, gone: false }
        for (let account = 0, end = Math.round(accounts * share); account < end; account += 1) {
          Object.assign(state, states[Math.floor(random() * pool)])
          playDay(state, opensADay, counts)
        }
      }
      return counts
    }
  }
}

const began = performance.now()
const counts = createPlayer(assumptions, chance(seed)).play()
const seconds = (performance.now() - began) / 1000
const predicted = ratesOfAll(assumptions)

console.log(`${accounts.toLocaleString('en')} accounts, one day, seed ${seed}, played in ${seconds.toFixed(0)} s\n`)
console.log('| events | predicted a day | played | ratio | predicted a second at the peak | played | ratio |\n|---|---|---|---|---|---|---|')
const row = (kind: keyof Rates): string => {
  const expected = accounts * predicted[kind]
  const seen = counts[kind].reduce((sum, count) => sum + count, 0)
  const expectedPeak = expected / 86_400 * assumptions.peak
  const peak = Math.max(...counts[kind]) / 60
  const number = (value: number): string => Math.round(value).toLocaleString('en')
  return `| ${kind} | ${number(expected)} | ${number(seen)} | ${(seen / expected).toFixed(3)} | ${number(expectedPeak)} | ${number(peak)} | ${(peak / expectedPeak).toFixed(3)} |`
}
for (const kind of kinds) console.log(row(kind))
