// Stands between a tester and the service, and sees to it that the tester's token is a good one, whatever became of its account.
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'

/** In place of a token: what is asked with it is asked with the one that counts now. */
export const placeholder = 'a-token-that-counts'

export interface LiveToken {
  origin: string
  /** How often a new token was needed. */
  renewed (): number
  close (): void
}

interface Passed { answer: IncomingMessage, body: Buffer }

async function read (stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

async function pass (options: RequestOptions, body: Buffer): Promise<Passed> {
  const sent = httpRequest({ ...options, agent: false })
  sent.end(body)
  const [answer] = await once(sent, 'response') as [IncomingMessage]
  return { answer, body: await read(answer) }
}

/** `renew` makes a token for the path that is asked. Where the service refuses one, the request is made once more with the next. */
export async function keepAuthorized (service: string, renew: (path: string) => Promise<string>): Promise<LiveToken> {
  const { hostname, port } = new URL(service)
  let token: string | undefined
  let renewed = 0

  async function forward (incoming: IncomingMessage): Promise<Passed> {
    const body = await read(incoming)
    const path = incoming.url ?? '/'
    // Connections are the business of each side alone.
    const { connection: _connection, 'transfer-encoding': _coding, ...headers } = incoming.headers
    const length = body.length > 0 || headers['content-length'] !== undefined ? { 'content-length': String(body.length) } : {}
    const ask = async (more: object): Promise<Passed> =>
      await pass({ hostname, port, method: incoming.method, path, headers: { ...headers, ...length, ...more } }, body)
    if (headers.authorization !== `Bearer ${placeholder}`) return await ask({})
    token ??= await renew(path)
    const first = await ask({ authorization: `Bearer ${token}` })
    if (!/invalid_token/.test(String(first.answer.headers['www-authenticate']))) return first
    token = await renew(path)
    renewed += 1
    return await ask({ authorization: `Bearer ${token}` })
  }

  const server = createServer({ maxHeaderSize: 2 ** 17 }, (incoming, response) => {
    forward(incoming).then(({ answer, body }) => {
      const { connection: _connection, 'transfer-encoding': _coding, 'keep-alive': _kept, ...headers } = answer.headers
      response.writeHead(answer.statusCode ?? 502, headers)
      response.end(body)
    }, () => { response.destroy() })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    renewed: () => renewed,
    close () { server.close(); server.closeAllConnections() }
  }
}
