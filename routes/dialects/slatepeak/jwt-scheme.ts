// Reads the access token behind the scheme JWT, which older passport-jwt clients send, beside Bearer.
import type { FastifyRequest } from 'fastify'
import { readBearer } from '../../../plugins/bearer.js'

const credentials = /^jwt +([^\s,]+)$/i

/** Null where no such credentials came. Throws `invalid_token` as `readBearer` does, whose limits on the header hold here too. */
export function readJwtScheme (request: FastifyRequest): string | null {
  return readBearer(request) ?? credentials.exec(request.headers.authorization ?? '')?.[1] ?? null
}
