// Reads the access token from x-access-token or, without that, from Authorization.
import type { FastifyRequest } from 'fastify'
import { readBearer } from '../../../plugins/bearer.js'

/** Null where neither header carries one. Two of the first are joined with a comma by Node, which no token has: refused. */
export function readAccessTokenHeader (request: FastifyRequest): string | null {
  const own = request.headers['x-access-token']
  return own === undefined || own === '' ? readBearer(request) : String(own)
}
