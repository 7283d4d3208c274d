// Which bodies are read at all: JSON everywhere, forms where a route adds them (routes/login.ts, routes/register.ts).
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

type Done = (error: Error | null, body?: unknown) => void

export default fp(async function bodies (app: FastifyInstance) {
  const parseJson = app.getDefaultJsonParser('error', 'error') as (request: FastifyRequest, text: string, done: Done) => void

  // Old clients and probes send text; nothing here takes it.
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, function readJson (request: FastifyRequest, text: string, done: Done) {
    // Many clients name a content type on every request: where nothing is asked for, nothing may come. Else the schema speaks.
    if (text === '') done(null, undefined)
    else parseJson(request, text, done)
  })
}, { name: 'bodies' })
