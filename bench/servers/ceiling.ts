// The ceilings: `ceiling node:http FILE` and `ceiling fastify FILE` answer every request with the very bytes that the file tells;
// `ceiling json FILE` is a bare Fastify route that returns its body as an object.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import Fastify from 'fastify'
import type { Answer } from './recorded.js'

const [kind, file = ''] = process.argv.slice(2)
const { headers, body } = JSON.parse(readFileSync(file, 'utf8')) as Answer
const bytes = Buffer.from(body)
const port = Number(process.env.PORT)

if (kind === 'fastify' || kind === 'json') {
  const app = Fastify()
  const object = JSON.parse(body) as unknown
  if (kind === 'json') app.get('/*', async () => object)
  else app.get('/*', (_request, reply) => { reply.headers(headers).send(bytes) })
  await app.listen({ host: '127.0.0.1', port })
} else {
  createServer((_request, response) => { response.writeHead(200, headers).end(bytes) }).listen(port, '127.0.0.1')
}
process.once('SIGTERM', () => process.exit(0))
