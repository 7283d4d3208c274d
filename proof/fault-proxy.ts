// Stands between the service and a server, and does to the connections what networks do.
import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export type Fault =
  /** Everything goes through. */
  | { kind: 'none' }
  /** Nobody listens: connections are refused, those that were open reset. */
  | { kind: 'refuse' }
  /** Connections are taken and stay open, and nothing goes through in either direction. */
  | { kind: 'black hole' }
  /** What is asked arrives, what is answered does not, and the end of the far side is not told. */
  | { kind: 'half open' }
  /** Each part of an answer comes later by so much. */
  | { kind: 'latency', milliseconds: number }
  /** Each connection is reset when it has carried so many bytes of answers, in the midst of one. */
  | { kind: 'cut', bytes: () => number }

export interface FaultProxy {
  /** `target` with the proxy's address in place of its own. */
  url: string
  /** From now on, for open connections as for new ones. */
  suffer (fault: Fault): Promise<void>
  /** How many connections are open at present. */
  open (): number
  close (): Promise<void>
}

interface Pair { near: Socket, far: Socket, left: number }

export async function startFaultProxy (target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<Pair>()
  let fault: Fault = { kind: 'none' }

  const server = createServer((near) => {
    const pair = { near, far: connect(Number(port), hostname), left: bytesOf(fault) }
    pairs.add(pair)
    near.on('data', (part: Buffer) => { if (fault.kind !== 'black hole') pair.far.write(part) })
    pair.far.on('data', (part: Buffer) => { pass(pair, part) })
    near.on('close', () => { forget(pair) })
    pair.far.on('close', () => { if (fault.kind !== 'half open' && fault.kind !== 'black hole') forget(pair) })
    for (const socket of [near, pair.far]) socket.on('error', () => undefined)
  })

  function pass (pair: Pair, part: Buffer): void {
    if (fault.kind === 'black hole' || fault.kind === 'half open') return
    if (fault.kind === 'latency') {
      setTimeout(() => { if (!pair.near.destroyed) pair.near.write(part) }, fault.milliseconds)
      return
    }
    if (fault.kind !== 'cut' || part.length < pair.left) {
      pair.left -= part.length
      pair.near.write(part)
      return
    }
    pair.near.write(part.subarray(0, pair.left), () => { pair.near.resetAndDestroy() })
  }

  function forget (pair: Pair): void {
    pairs.delete(pair)
    pair.near.destroy()
    pair.far.destroy()
  }

  async function listen (on: boolean, port: number): Promise<void> {
    if (server.listening === on) return
    const done = once(server, on ? 'listening' : 'close')
    if (on) server.listen(port, '127.0.0.1')
    else server.close()
    for (const pair of on ? [] : pairs) pair.near.resetAndDestroy()
    await done
  }

  await listen(true, 0)
  const own = (server.address() as AddressInfo).port
  const url = new URL(target)
  url.port = String(own)
  return {
    url: url.href,
    async suffer (next) {
      // What a fault has swallowed does not come again: a network that is well again has forgotten those connections.
      if (fault.kind === 'black hole' || fault.kind === 'half open') for (const pair of pairs) pair.near.resetAndDestroy()
      fault = next
      for (const pair of pairs) pair.left = bytesOf(next)
      await listen(next.kind !== 'refuse', own)
    },
    open: () => pairs.size,
    close: async () => { await listen(false, own) }
  }
}

function bytesOf (fault: Fault): number {
  return fault.kind === 'cut' ? fault.bytes() : Number.POSITIVE_INFINITY
}
