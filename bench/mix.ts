// The model of docs/SCALE.md beside a measurement: what its mix of reads, refreshes and log-ins takes of a core, and what each takes alone.
// npm run typescript bench/mix.ts [sqlite|mongodb] [seconds of a round]; needs wrk.
import { type Bench, openBench } from './bench.js'
import { compare } from './compare.js'
import { median } from './results.js'
import { logIns } from './population.js'
import { besideOne, type Lane, type Row, type Side } from './row.js'
import { loaded, loggingIn, personsPage, reading, usualTokens } from './rows/lanes.js'
import { assumptions, ratesOfAll } from './scale-model.js'
import type { House } from './servers/gatehouse.js'

const [store = 'sqlite', seconds = '5'] = process.argv.slice(2)
/** Well more than connections, and than log-ins of a round. */
const sessions = 2048
const rates = ratesOfAll(assumptions)
const reads = rates.opens * assumptions.readsAnOpening
const all = reads + rates.refreshes + rates.logIns
/** Half of the reads are of the profile, half of a page of persons. */
const shares = { 'GET /profile': reads / 2 / all, 'GET /persons': reads / 2 / all, 'POST /refresh': rates.refreshes / all, 'POST /login': rates.logIns / all }
const mixed = 'all of them'

/** On MongoDB as many persons as its pages can be sorted of in time. */
const houseOf = (bench: Bench): Promise<House> => store === 'mongodb' ? bench.onMongodb(1000) : bench.onSqlite()
const side = (name: string, lane: (bench: Bench, house: House) => Promise<Lane>): Side => ({ name, start: async (bench) => await lane(bench, await houseOf(bench)) })

const row: Row = {
  name: 'mix',
  title: 'The mix of the model',
  note: '',
  warmUp: 15,
  figures: ['cpuMicroseconds', 'requestsPerSecond'],
  beside: besideOne(mixed),
  sides: () => [
    side('GET /profile', async (bench, house) => loaded(bench, await house.start(), reading('/profile', await house.accessTokens(usualTokens)))),
    side('GET /persons', async (bench, house) => loaded(bench, await house.start(), reading(personsPage, await house.accessTokens(usualTokens)))),
    side('POST /refresh', async (bench, house) => loaded(bench, await house.start(), async () => ({ path: '/refresh', kind: 'refresh', lines: await house.refreshTokens(sessions) }))),
    side('POST /login', async (bench, house) => loaded(bench, await house.start(), loggingIn(house.users), { connections: 8 })),
    side(mixed, async (bench, house) => loaded(bench, await house.start(), async () => ({
      path: `/profile,${personsPage}`,
      kind: 'mix',
      lines: [...await house.accessTokens(usualTokens), ...await house.refreshTokens(sessions), ...logIns(house.users, sessions)],
      shares: { refreshes: shares['POST /refresh'], logIns: shares['POST /login'] }
    })))
  ]
}

const bench = openBench({ quick: false, rounds: 5, seconds: Number(seconds) })
try {
  const found = await compare(bench, row)
  const cpuOf = (name: string): number => {
    const rounds = found[name]
    if (rounds === undefined || typeof rounds === 'string') throw new Error(`${name} could not be measured: ${String(rounds)}`)
    return median(rounds.flatMap(({ cpuMicroseconds }) => cpuMicroseconds ?? []))
  }
  console.log('| operation | of all | CPU µs alone |\n|---|---|---|')
  for (const [name, share] of Object.entries(shares)) console.log(`| ${name} | ${(share * 100).toFixed(2)} % | ${Math.round(cpuOf(name)).toLocaleString('en')} |`)
  const predicted = Object.entries(shares).reduce((sum, [name, share]) => sum + share * cpuOf(name), 0)
  console.log(`\nCPU µs a request of the mix: predicted ${Math.round(predicted)}, played ${Math.round(cpuOf(mixed))}, ratio ${(cpuOf(mixed) / predicted).toFixed(2)}`)
} finally {
  await bench.close()
}
process.exit()
