// How a request reaches the service: injected, or over a real socket.
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { FastifyInstance, InjectOptions } from 'fastify'

export type Headers = Record<string, string | string[] | undefined>
export interface Ask { method: string, url: string, headers: Record<string, string>, body: string | Buffer | undefined }
export interface Reply { status: number, headers: Headers, text: string }
export type Send = (ask: Ask) => Promise<Reply>

export function overInject (app: FastifyInstance): Send {
  return async ({ method, url, headers, body }) => {
    const { statusCode, headers: answered, body: text } = await app.inject({ method: method as 'GET', url, headers, ...(body !== undefined && { payload: body }) } satisfies InjectOptions)
    return { status: statusCode, headers: Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value])), text }
  }
}

/** To a service that listens at `origin`, each request on a connection of its own. */
export function overSocket (origin: string): (ask: Ask, onSent?: () => void) => Promise<Reply> {
  const { hostname, port } = new URL(origin)
  return async ({ method, url, headers, body }, onSent = () => undefined) => await new Promise<Reply>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = httpRequest({ host: hostname, port, method, path: url, headers: { ...length, ...headers }, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }) })
      answer.on('error', reject)
    })
    sent.on('error', reject)
    // The socket's own word that the kernel has it all.
    sent.end(body, onSent)
  })
}

/** Listens on a free port of the loopback and answers the origin. */
export async function listen (app: FastifyInstance): Promise<string> {
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

/** Sends bytes as they are and answers the first response, read by hand: for what no HTTP client would send. */
export async function sendRaw (origin: string, bytes: string | Buffer): Promise<Reply> {
  const { hostname, port } = new URL(origin)
  const text = await new Promise<string>((resolve, reject) => {
    const parts: Buffer[] = []
    const socket = connect(Number(port), hostname, () => { socket.write(bytes) })
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error) })
    socket.on('close', () => { resolve(Buffer.concat(parts).toString()) })
    socket.setTimeout(30_000, () => { socket.destroy() })
  })
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, text: rest.join('\r\n\r\n') }
}
