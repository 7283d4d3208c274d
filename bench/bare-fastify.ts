// The yardstick: a Fastify route that answers a small JSON object through a response schema, and nothing else.
import Fastify from 'fastify'

const app = Fastify()
const properties = { id: { type: 'string' }, email: { type: 'string' }, role: { type: 'string' } }
app.get('/', { schema: { response: { 200: { type: 'object', properties } } } }, async () => ({ id: '1', email: 'ada@example.com', role: 'client' }))
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })
