// Reads the access token from the Authorization header, and from nowhere else (RFC 6750 §2.1).
import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../src/errors.js'
import { isRepeated } from '../src/raw-headers.js'
import { maxTokenCharacters } from '../src/tokens/token-text.js'

const credentials = /^bearer +([^\s,]+)$/i

/**
 * The token of `Authorization: Bearer TOKEN`, scheme in any case (RFC 9110 §11.1); null where no such credentials came,
 * another scheme included (RFC 6750 §3.1). Throws `invalid_token` where they came garbled, twice, or longer than 4 KiB.
 */
export function readBearer (request: FastifyRequest): string | null {
  const { authorization } = request.headers
  if (authorization === undefined) return null
  // Which of two would count? Proxies and servers differ, so neither does.
  if (authorization.length > maxTokenCharacters || isRepeated(request.raw.rawHeaders, 'authorization')) throw new ServiceError('invalid_token')
  const token = credentials.exec(authorization)?.[1]
  if (token !== undefined) return token
  if (/^bearer\b/i.test(authorization)) throw new ServiceError('invalid_token')
  return null
}
