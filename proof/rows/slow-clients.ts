// SECURITY.md D: clients that take their time: with the head of a request, with its body, or with nothing at all.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Member } from '../../test/helpers/client.js'
import { quantile } from '../load.js'
import type { Row } from '../row.js'

interface Kind {
  name: string
  /** Closed by then, from when the connection was open. */
  withinMilliseconds: number
  /** Sent at once. */
  first: string
  /** Sent every second, until the far side ends. */
  drip: string
}

const body = 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'
const kinds: readonly Kind[] = [
  { name: 'slow header', withinMilliseconds: 7000, first: 'GET /health/live HTTP/1.1\r\nHost: x\r\n', drip: 'A: b\r\n' },
  { name: 'slow body', withinMilliseconds: 12_000, first: body, drip: ' ' },
  { name: 'idle from the start', withinMilliseconds: 7000, first: '', drip: '' },
  { name: 'idle after an answer', withinMilliseconds: 7000, first: 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n', drip: '' }
]
const dripEvery = 1000
const patience = 15_000
/** How much slower others may become: by this factor, or by what a timer of a busy machine is late anyway. */
const factor = 2
const jitterMilliseconds = 10

/** Opens a connection after so long, dawdles, and resolves with the milliseconds until the far side closed it; `patience` where it did
 * not. */
async function dawdle (origin: string, { first, drip }: Kind, afterMilliseconds: number): Promise<number> {
  await sleep(afterMilliseconds)
  const { hostname, port } = new URL(origin)
  const socket: Socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const began = performance.now()
  if (first !== '') socket.write(first)
  const timer = setInterval(() => { if (drip !== '' && socket.writable) socket.write(drip) }, dripEvery)
  socket.resume()
  await Promise.race([new Promise((resolve) => { socket.on('close', resolve) }), sleep(patience, undefined, { ref: false })])
  clearInterval(timer)
  socket.destroy()
  return Math.min(patience, performance.now() - began)
}

/** Asks every one in turn until `goesOn` says no; resolves with how long each took, the answers that were not 200 left out. */
async function measure (clients: readonly Client[], member: Member, goesOn: () => boolean): Promise<number[][]> {
  const times: number[][] = clients.map(() => [])
  while (goesOn()) {
    for (const [index, client] of clients.entries()) {
      const began = performance.now()
      const { status } = await client.as(member).get('/persons?limit=3')
      if (status === 200) times[index]?.push(performance.now() - began)
    }
    await sleep(5)
  }
  return times
}

export const slowClients: Row = {
  section: 'D',
  name: 'slow-clients',
  title: '1000 connections of each kind: header by drops, body by drops, idle from the start, idle after an answer; meanwhile others ask, ' +
    'in turn this service and one that nobody is slow with',
  asked: `closed in ≤ ${kinds.map(({ name, withinMilliseconds }) => `${withinMilliseconds / 1000} s (${name})`).join(', ')}; ` +
    `the others are all answered, p99 ≤ ${factor} × that of the other service (or + ${jitterMilliseconds} ms)`,
  alone: true,
  stores: [],
  async run (scene) {
    const [slowed, alone] = [await scene.start(), await scene.start()]
    const member = await slowed.client.register()
    const each = scene.long ? 1000 : 250
    const groups = scene.long ? kinds.map((kind) => [kind]) : [kinds]
    const closed = new Map<Kind, number[]>()
    let over = false
    const others = measure([slowed.client, alone.client], member, () => !over)
    for (const group of groups) {
      await Promise.all(group.map(async (kind) => {
        const dawdlers = Array.from({ length: each }, async () => await dawdle(slowed.origin, kind, scene.random() * dripEvery))
        closed.set(kind, await Promise.all(dawdlers))
      }))
    }
    over = true
    const [times = [], control = []] = await others
    const [found, compared] = [quantile(times, 0.99), quantile(control, 0.99)]
    const right = [...closed].every(([{ withinMilliseconds }, times]) => times.every((milliseconds) => milliseconds <= withinMilliseconds))
    const isSwift = found <= Math.max(compared * factor, compared + jitterMilliseconds)
    const figures = [...closed].map(([{ name }, times]) =>
      `${name}: ${each} closed after ${seconds(Math.min(...times))} to ${seconds(Math.max(...times))} s`)
    const answered = `others: ${times.length} answered, ${control.length - times.length} not`
    const compare = `p99 ${found.toFixed(1)} ms, at the other service ${compared.toFixed(1)} ms`
    return {
      passed: right && times.length > 100 && times.length === control.length && isSwift,
      figure: [...figures, answered, compare].join('; ')
    }
  }
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1)
