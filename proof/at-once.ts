// Many requests at one moment: every socket is open before the first byte is written.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Shot { origin: string, method: string, path: string, json?: unknown, token?: string, headers?: Record<string, string> }
export interface Hit { status: number, body: Record<string, unknown>, milliseconds: number }

/** Fires all shots together; resolves with the answers in their order. Status 0: the connection ended without one. `onFired` is
 * called when all have been written and none is waited for yet. */
export async function atOnce (shots: readonly Shot[], onFired: () => void = () => undefined): Promise<Hit[]> {
  const sockets = await Promise.all(shots.map(async ({ origin }) => {
    const { hostname, port } = new URL(origin)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return socket
  }))
  const hits = shots.map(async (shot, index) => await fire(sockets[index] as Socket, shot))
  onFired()
  return await Promise.all(hits)
}

async function fire (socket: Socket, { origin, method, path, json, token, headers = {} }: Shot): Promise<Hit> {
  const body = json === undefined ? '' : JSON.stringify(json)
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: ${new URL(origin).host}`,
    'connection: close',
    ...(json === undefined ? [] : ['content-type: application/json']),
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`
  ]
  const began = performance.now()
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.on('error', () => undefined)
  // Not with once(), which rejects where the connection is reset: that is an answer of status 0.
  const closed = new Promise((resolve) => { socket.on('close', resolve) })
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  await closed
  const text = Buffer.concat(parts).toString()
  const [first = '', rest = ''] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)]
  return { status: Number(first.split(' ')[1] ?? 0), body: /json/.test(first) && rest !== '' ? JSON.parse(rest) as Record<string, unknown> : {}, milliseconds: performance.now() - began }
}

/** How often each status came, such as `200 × 3, 401 × 47`. */
export function tally (statuses: readonly number[]): string {
  const counts = new Map<number, number>()
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`).join(', ')
}
