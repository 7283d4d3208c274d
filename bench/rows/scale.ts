// The same requests on stores of different sizes.
import type { Bench } from '../bench.js'
import type { Lane, Row, Side } from '../row.js'
import { loaded, personsPage, reading, usualTokens } from './lanes.js'

const small = 1000
const sizesOf = ({ quick }: Pick<Bench, 'quick'>): number[] => quick ? [small, 20_000] : [small, 100_000, 1_000_000]

export const operations = ['GET /profile', 'GET /persons', 'POST /refresh'] as const
export type Operation = typeof operations[number]
export const scaleSide = (operation: Operation, size: number): string => `${operation}, ${size.toLocaleString('en')}`
export const smallest = small
/** Of what a run has measured. */
export const largestFirst = [1_000_000, 100_000, 20_000] as const

async function onSize (bench: Bench, operation: Operation, size: number): Promise<Lane> {
  const house = await bench.onSqlite(size)
  const server = await house.start()
  if (operation === 'POST /refresh') return loaded(bench, server, async () => ({ path: '/refresh', kind: 'refresh', lines: await house.refreshTokens(1000) }))
  return loaded(bench, server, reading(operation === 'GET /profile' ? '/profile' : personsPage, await house.accessTokens(usualTokens)))
}

export const scale: Row = {
  name: 'scale',
  title: 'By the size of the store',
  note: 'SQLite, 64 connections, as many persons as users; 500 tokens (1,000 sessions) of users spread over the whole store.',
  figures: ['cpuMicroseconds', 'requestsPerSecond', 'p50', 'p99', 'p999'],
  beside: { title: `the same with ${small.toLocaleString('en')}`, of: (side) => side.replace(/[\d,]+$/, small.toLocaleString('en')) },
  sides: (bench) => operations.flatMap((operation) => sizesOf(bench).map((size): Side => ({ name: scaleSide(operation, size), slow: operation === 'POST /refresh', start: () => onSize(bench, operation, size) })))
}
