// GET /profile and GET /persons?limit=50 beside the ceilings and the peers; then by connections, tokens and algorithms.
import type { Bench } from '../bench.js'
import { besideOne, type Figure, type Row, type Side } from '../row.js'
import type { Algorithm } from '../servers/gatehouse.js'
import type { PeerName } from '../servers/peers.js'
import { ceilingReading, gatehouse, gatehouseOnMongodb, gatehouseReading, loaded, peerReading, personsPage, reading, usualTokens } from './lanes.js'

/** So long under load V8 goes on compiling: a read took 139 µs of CPU in the first four seconds of a service, and 91 after twenty. */
const warmUp = 15

const usual: readonly Figure[] = ['requestsPerSecond', 'cpuMicroseconds', 'p50', 'p99', 'p999']

const peer = (name: PeerName, path: string, slow = false): Side => ({ name, slow, start: (bench) => peerReading(bench, name, path) })

function beside (name: string, path: string): Row {
  return {
    name,
    title: `GET ${path}`,
    note: '64 connections, 500 different tokens, EdDSA (the peers: HS256), all extras on. node:http and Fastify send the very bytes that Gatehouse on SQLite answers, headers too.',
    warmUp,
    figures: usual,
    beside: besideOne('node:http'),
    sides: () => [
      { name: gatehouse, start: (bench) => gatehouseReading(bench, path) },
      { name: 'node:http', start: (bench) => ceilingReading(bench, 'node:http', path) },
      { name: 'Fastify', slow: true, start: (bench) => ceilingReading(bench, 'fastify', path) },
      { name: gatehouseOnMongodb, start: (bench) => onMongodb(bench, path) },
      peer('Express, versions of 2018', path),
      peer('Express, current versions', path),
      peer('Express, tuned', path, true),
      peer('NestJS, versions of 2018', path, true),
      peer('NestJS, current versions', path, true),
      peer('NestJS, tuned', path, true)
    ]
  }
}

async function onMongodb (bench: Bench, path: string, size?: number) {
  const house = await bench.onMongodb(size)
  return loaded(bench, await house.start(), reading(path, await house.accessTokens(usualTokens)))
}

/** What a fresh `npm start` does, but for the proxy that gives each request an address of its own. */
const withoutExtras = { CORS_ORIGINS: '', METRICS_TOKEN: '' }
const bareRoute = 'bare Fastify route'

const plain: Row = {
  name: 'plain',
  title: 'Beside a bare Fastify route',
  note: '64 connections, 500 different tokens, EdDSA; no CORS and no metrics, as a fresh `npm start`: a log line, security headers and throttling are on. The bare routes return the object of the same body, and do nothing else.',
  warmUp,
  figures: usual,
  beside: { title: 'the bare route', of: (side) => `${bareRoute}, ${side.split(', ').at(-1) ?? ''}` },
  sides: () => ['/profile', personsPage].flatMap((path): Side[] => [
    { name: `${gatehouse}, ${path}`, start: (bench) => gatehouseReading(bench, path, { env: withoutExtras }) },
    { name: `${bareRoute}, ${path}`, start: (bench) => ceilingReading(bench, 'json', path) }
  ])
}

/** A server that sorts without an index takes longer for a page of 20,000 than Gatehouse waits for any answer. */
const fewPersons = 1000

const personsOfFew: Row = {
  name: 'persons-of-few',
  title: `GET ${personsPage} on the MongoDB-speaking server, of ${fewPersons.toLocaleString('en')} persons`,
  note: '64 connections, 500 different tokens. The server sorts without an index, so a page of 20,000 persons takes it longer than the 1.5 s that Gatehouse waits; the peers do not sort.',
  warmUp,
  figures: usual,
  beside: besideOne('Express, current versions'),
  sides: () => [
    { name: gatehouseOnMongodb, start: (bench) => onMongodb(bench, personsPage, fewPersons) },
    { name: 'Express, current versions', start: (bench) => peerReading(bench, 'Express, current versions', personsPage, { size: fewPersons }) }
  ]
}

const connections: Row = {
  name: 'connections',
  title: 'GET /profile by connections',
  note: '500 different tokens. With 64 connections: the table of GET /profile.',
  slow: true,
  warmUp,
  figures: usual,
  beside: { title: 'node:http', of: (side) => `node:http, ${side.split(', ').at(-1) ?? ''}` },
  sides: () => [1, 256].flatMap((count): Side[] => {
    const words = count === 1 ? '1 connection' : `${count} connections`
    return [
      { name: `${gatehouse}, ${words}`, start: (bench) => gatehouseReading(bench, '/profile', { connections: count }) },
      { name: `node:http, ${words}`, start: (bench) => ceilingReading(bench, 'node:http', '/profile', { connections: count }) },
      { name: `Express, current versions, ${words}`, start: (bench) => peerReading(bench, 'Express, current versions', '/profile', { connections: count }) }
    ]
  })
}

const tokens: Row = {
  name: 'tokens',
  title: 'GET /profile by different tokens',
  note: '64 connections; a round begins with any of the tokens, and sends as many as it has requests. With 500 tokens: the table of GET /profile.',
  slow: true,
  warmUp,
  figures: usual,
  beside: { title: 'itself with 1 token', of: (side) => side.replace(/[\d,]+ tokens?$/, '1 token') },
  sides: () => [1, 20_000].flatMap((count): Side[] => {
    const words = count === 1 ? '1 token' : `${count.toLocaleString('en')} tokens`
    return [
      { name: `${gatehouse}, ${words}`, start: (bench) => gatehouseReading(bench, '/profile', { tokens: count }) },
      { name: `Express, current versions, ${words}`, start: (bench) => peerReading(bench, 'Express, current versions', '/profile', { tokens: count }) }
    ]
  })
}

const algorithms: Row = {
  name: 'algorithms',
  title: 'GET /profile by the algorithm of the access tokens',
  note: '64 connections, 500 different tokens.',
  slow: true,
  warmUp,
  figures: usual,
  beside: besideOne('EdDSA'),
  sides: () => (['EdDSA', 'ES256', 'HS256'] as const).map((name) => ({ name, start: (bench) => withAlgorithm(bench, name) }))
}

async function withAlgorithm (bench: Bench, algorithm: Algorithm) {
  const house = await bench.onSqlite()
  // Signed before the start: a service that reads keys once a second would look for the new one while it is measured.
  const signed = await house.accessTokens(usualTokens, algorithm)
  return loaded(bench, await house.start({ JWT_ALGORITHM: algorithm }), reading('/profile', signed))
}

export const reads: readonly Row[] = [plain, beside('profile', '/profile'), beside('persons', personsPage), personsOfFew, connections, tokens, algorithms]
