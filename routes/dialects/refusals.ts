// How a dialect says no: the service's refusals in the words and the shape that the old client reads.
import type { FastifyInstance } from 'fastify'
import { asServiceError, logFault } from '../../plugins/problems.js'
import type { ServiceError } from '../../src/errors.js'

/** A text is sent as plain text, an object as JSON. */
export interface Refusal { status: number, body: string | object }
export type RefusalShape = (refusal: ServiceError) => Refusal

/** From here on every refusal and fault in this scope leaves in `shape`. */
export function answerRefusals (app: FastifyInstance, shape: RefusalShape): void {
  app.setErrorHandler(function answerInDialect (error, request, reply) {
    const refusal = asServiceError(error, request)
    logFault(request, refusal)
    const { status, body } = shape(refusal)
    if (status === 401) reply.header('www-authenticate', refusal.kind === 'invalid_token' ? 'Bearer error="invalid_token"' : 'Bearer')
    if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds))
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type(typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8')
      .send(body)
  })
}

/** Whether the body lacked something or had it in a form that the schema refuses; not a refusal that a dialect worded itself. */
export function isIncomplete ({ kind, errors }: ServiceError): boolean {
  return kind === 'validation_failed' && errors !== undefined
}

/** Whether no token came, or one that does not count. */
export function isStranger ({ kind }: ServiceError): boolean {
  return kind === 'unauthorized' || kind === 'invalid_token'
}

/** Refusals that are about what was sent or who sent it. The old servers gave each of these one status; what is no request of HTTP/1.1
 * never reached their code. */
export function isAboutRequest ({ kind, status }: ServiceError): boolean {
  return kind !== 'host_missing' && kind !== 'malformed_request' && [400, 401, 403, 409, 422].includes(status)
}
