// Every refusal and every fault leaves through here, as application/problem+json (RFC 9457). What really happened goes to the log only.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { catalogue, type ErrorName, type FieldError, ServiceError } from '../src/errors.js'
import { describeFaults } from './validation.js'

/** The framework's own errors, by their code. Anything that is not listed is ours to explain: 500. */
const frameworkErrors: Record<string, ErrorName> = {
  FST_ERR_VALIDATION: 'validation_failed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_body',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_BAD_URL: 'validation_failed',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long'
}

/** What an operation says to another type of content; `consumes` is its schema's. */
export function typeDetail (consumes: readonly string[] = ['application/json']): string {
  return `This operation takes ${consumes.join(' or ')}.`
}

/** The refusal that an error of whatever origin stands for; `request` is the one it answers. */
export function asServiceError (error: unknown, request?: FastifyRequest): ServiceError {
  if (error instanceof ServiceError) return error
  const { code = '', statusCode, validation, validationContext } = (error ?? {}) as Partial<FastifyError>
  if (validation !== undefined) return new ServiceError('validation_failed', { errors: describeFaults(validation, validationContext) })
  const kind = frameworkErrors[code]
  if (kind === 'unsupported_media_type') return new ServiceError(kind, { cause: error, detail: typeDetail(request?.routeOptions.schema?.consumes) })
  if (kind !== undefined) return new ServiceError(kind, { cause: error })
  if (error instanceof SyntaxError && statusCode === 400) return new ServiceError('malformed_body', { cause: error })
  return new ServiceError('internal', { cause: error })
}

interface ProblemBody { type: string, title: string, status: number, detail: string, code: string, requestId: string, errors?: FieldError[] }

export function problemBody (error: ServiceError, requestId: string): ProblemBody {
  return {
    type: 'about:blank',
    title: catalogue[error.kind].title,
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.errors !== undefined && { errors: error.errors })
  }
}

/** RFC 6750 §3: bare when no credentials came, with the reason when a token was refused. */
function challenge (error: ServiceError): string {
  return error.kind === 'invalid_token' ? `Bearer error="invalid_token", error_description="${error.message}"` : 'Bearer'
}

/** What really happened goes to the log only. Shedding is no fault, and a flood is when nobody has time to write stacks: the line of the
 * request says 503. */
export function logFault (request: FastifyRequest, refusal: ServiceError): void {
  if (refusal.status >= 500 && refusal.kind !== 'busy') request.log.error({ err: refusal.cause ?? refusal }, refusal.message)
}

export function sendProblem (error: ServiceError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.status === 401) reply.header('www-authenticate', challenge(error))
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds))
  return reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problemBody(error, request.id))
}

export default fp(async function problems (app: FastifyInstance) {
  app.setErrorHandler(function answerProblem (error, request, reply) {
    const refusal = asServiceError(error, request)
    logFault(request, refusal)
    return sendProblem(refusal, request, reply)
  })
  app.setNotFoundHandler(function answerNotFound (request, reply) {
    return sendProblem(new ServiceError('not_found'), request, reply)
  })
}, { name: 'problems' })
