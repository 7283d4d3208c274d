// One and two workers, on all cores; the load generator shares them.
import { Environment } from '../../src/environment.js'
import type { Bench } from '../bench.js'
import { besideOne, type Lane, type Row } from '../row.js'
import { loaded, reading, usualTokens } from './lanes.js'

async function withWorkers (bench: Bench, count: number): Promise<Lane> {
  if (!('WORKERS' in Environment.properties)) throw new Error('not run: the service has no WORKERS')
  const house = await bench.onSqlite()
  return loaded(bench, await house.start({ WORKERS: String(count) }, 'any'), reading('/profile', await house.accessTokens(usualTokens)), { core: 'any' })
}

export const oneWorker = 'one worker'
export const twoWorkers = 'two workers'

export const workers: Row = {
  name: 'workers',
  title: 'GET /profile with one and with two workers',
  note: '64 connections, 500 different tokens, nothing pinned: the load generator takes its share of the same cores.',
  figures: ['requestsPerSecond', 'cpuMicroseconds', 'p50', 'p99', 'p999'],
  beside: besideOne(oneWorker),
  sides: () => [
    { name: oneWorker, start: (bench) => withWorkers(bench, 1) },
    { name: twoWorkers, start: (bench) => withWorkers(bench, 2) }
  ]
}
