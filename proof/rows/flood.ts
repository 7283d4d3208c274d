// SECURITY.md F: far more log-ins than the service can hash.
import { Agent, request } from 'node:http'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { password } from '../../test/helpers/client.js'
import { tally } from '../at-once.js'
import { residentMebibytes } from '../holdings.js'
import { quantile } from '../load.js'
import { type Row, stores } from '../row.js'
import type { Service } from '../scene.js'
import { workOfLoop } from '../timing.js'

const clients = 500
const asked = { mebibytes: 60, mebibytesASlot: 19, surplus: 50, tokenOnly: 50, file: 100 }

interface Told { status: number, milliseconds: number }

/** Asks over the connection of `agent`; status 0 where it ended without an answer. */
async function ask (origin: string, agent: Agent, { method, path, headers, body = '' }: { method: string, path: string, headers: Record<string, string>, body?: string }): Promise<Told> {
  const began = performance.now()
  const status = await new Promise<number>((resolve) => {
    const sent = request(`${origin}${path}`, { method, agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume()
      answer.on('end', () => { resolve(answer.statusCode ?? 0) })
      answer.on('error', () => { resolve(0) })
    })
    sent.on('error', () => { resolve(0) })
    sent.end(body)
  })
  return { status, milliseconds: performance.now() - began }
}

/** `pause`: milliseconds between requests. */
interface Lane { origin: string, goesOn (): boolean, told: Told[], pause: number }

/** A client with an address of its own that logs in, each time under another name, and when it is refused again after about a second. */
async function floodFrom ({ origin, goesOn, told, pause }: Lane, client: number, random: () => number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': `198.51.${100 + Math.floor(client / 250)}.${client % 250}` }
  for (let index = 0; goesOn(); index += 1) {
    const answer = await ask(origin, agent, { method: 'POST', path: '/login', headers, body: JSON.stringify({ email: `flood-${client}-${index}@example.com`, password }) })
    told.push(answer)
    if (answer.status !== 401) await sleep(pause * (0.5 + random()))
  }
  agent.destroy()
}

/** What needs the token alone: it is verified, and what is asked is refused before any store is. */
async function askByToken ({ origin, goesOn, told, pause }: Lane, token: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  while (goesOn()) {
    told.push(await ask(origin, agent, { method: 'GET', path: '/persons?limit=0', headers: { authorization: `Bearer ${token}` } }))
    told.push(await ask(origin, agent, { method: 'GET', path: '/.well-known/jwks.json', headers: {} }))
    await sleep(pause)
  }
  agent.destroy()
}

/** What a process that serves holds before anybody floods it: the first requests fill caches and the young heap. */
async function warmUp (service: Service, token: string): Promise<number> {
  const until = performance.now() + 3000
  const goesOn = (): boolean => performance.now() < until
  const lanes = Array.from({ length: 20 }, async (_, lane) => { await askByToken({ origin: service.origin, goesOn, told: [], pause: lane }, token) })
  await Promise.all([...lanes, floodFrom({ origin: service.origin, goesOn, told: [], pause: 0 }, 0, () => 0)])
  return residentMebibytes(service)
}

/** The largest resident memory of the service while `goesOn`. */
async function watchMemory (service: Service, goesOn: () => boolean): Promise<number> {
  let largest = 0
  while (goesOn()) {
    largest = Math.max(largest, residentMebibytes(service))
    await sleep(100)
  }
  return largest
}

const statsIn = (log: string): number[] => [...log.matchAll(/\{"msg":"stat","milliseconds":([\d.]+)\}/g)].map(([, milliseconds]) => Number(milliseconds))

export const flood: Row = {
  section: 'F',
  name: 'log-in-flood',
  title: `${clients} clients at once log in for 30 s, each from an address of its own and again about a second after a refusal; a file's ` +
    'state is asked for inside the service every 50 ms',
  asked: `memory ≤ before + slots × ${asked.mebibytesASlot} MiB + ${asked.mebibytes} MiB; surplus 503 or 429 in ≤ ${asked.surplus} ms (p99); token-only ` +
    `routes' p99 ≤ ${asked.tokenOnly} ms; the file's state ≤ ${asked.file} ms (p99); each and what an idle twin beside it takes (p99)`,
  whenRed: 'the 500 come at one moment, and each takes the main thread about a millisecond to accept, read and refuse: the last of them ' +
    'waits for the others, as does whoever comes while the database is asked (on the MongoDB-speaking server, which runs on the same cores)',
  alone: true,
  stores,
  async run (scene) {
    const slots = availableParallelism()
    const service = await scene.start({
      THROTTLE: 'on', TRUST_PROXY: '127.0.0.1/32', HASH_QUEUE: '64', UV_THREADPOOL_SIZE: String(Math.max(4, slots) + 2),
      NODE_OPTIONS: `--import=${new URL('../inside/stat-probe.js', import.meta.url).href}`
    })
    // Meets the same machine and no flood: what it takes longer than usual, the machine takes.
    const twin = await scene.start()
    const { accessToken } = await service.client.register()
    const before = await warmUp(service, accessToken)
    const worked = workOfLoop(Number(service.child.pid))
    let over = false
    const goesOn = (): boolean => !over
    const [floodTold, tokenTold, twinTold]: [Told[], Told[], Told[]] = [[], [], []]
    const already = statsIn(service.log()).length
    const memory = watchMemory(service, goesOn)
    const lanes = [
      askByToken({ origin: service.origin, goesOn, told: tokenTold, pause: 20 }, accessToken),
      askByToken({ origin: twin.origin, goesOn, told: twinTold, pause: 20 }, accessToken),
      ...Array.from({ length: clients }, async (_, client) => { await floodFrom({ origin: service.origin, goesOn, told: floodTold, pause: 1000 }, client, scene.random) })
    ]
    await sleep(scene.long ? 30_000 : 8000)
    over = true
    await Promise.all(lanes)
    const more = await memory - before
    const each = (workOfLoop(Number(service.child.pid)) - worked) / (floodTold.length + tokenTold.length)
    const stats = statsIn(service.log()).slice(already)
    const surplus = floodTold.filter(({ status }) => status === 503 || status === 429).map(({ milliseconds }) => milliseconds)
    const token = tokenTold.map(({ milliseconds }) => milliseconds)
    const right = floodTold.every(({ status }) => [401, 429, 503].includes(status)) && tokenTold.every(({ status }) => status === 200 || status === 400)
    const allowed = slots * asked.mebibytesASlot + asked.mebibytes
    const slack = quantile(twinTold.map(({ milliseconds }) => milliseconds), 0.99)
    const p99 = (values: readonly number[]): number => quantile(values, 0.99)
    const served = floodTold.some(({ status }) => status === 401) && surplus.length > 0
    const ms = (values: readonly number[]): string => `median ${quantile(values, 0.5).toFixed(0)}, p99 ${p99(values).toFixed(0)}, longest ${Math.max(...values).toFixed(0)} ms`
    return {
      passed: right && served && more <= allowed && p99(surplus) <= asked.surplus + slack && p99(token) <= asked.tokenOnly + slack && stats.length > 0 && p99(stats) <= asked.file + slack,
      figure: `${tally(floodTold.map(({ status }) => status))}; ${more} MiB more (allowed ${allowed}); surplus ${ms(surplus)}; token-only (${tally(tokenTold.map(({ status }) => status))}) ${ms(token)}; file ${ms(stats)}; ${each.toFixed(2)} ms of the main thread's work an answer; an idle twin's p99 ${slack.toFixed(0)} ms`
    }
  }
}
