// What is refused before there is a route, or even a request: in the form of every other refusal.
import type { Socket } from 'node:net'
import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../src/config.js'
import { type ErrorName, ServiceError } from '../src/errors.js'
import { newRequestId } from '../src/ids.js'
import { logRequest } from './access-log.js'
import { asServiceError, problemBody, sendProblem } from './problems.js'
import { noteRequest } from './request-metrics.js'
import { securityHeadersFor } from './security-headers.js'

/** The HTTP parser's own errors, by their code (Node's `clientError`). */
const parserErrors: Record<string, ErrorName> = { HPE_HEADER_OVERFLOW: 'headers_too_large', ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout' }

/** Options of Fastify: who answers for the HTTP parser, and who for the router. */
export function answerEarly (config: Pick<Config, 'publicUrl'>) {
  const headers = securityHeadersFor(config)

  return {
    frameworkErrors: function answerForRouter (error: Error, request: FastifyRequest, reply: FastifyReply): void {
      void sendProblem(asServiceError(error), request, reply.headers({ ...headers, 'x-request-id': request.id }))
      // No hook runs for these.
      logRequest(request, reply)
      noteRequest(request, reply)
    },

    clientErrorHandler: function answerForParser (this: FastifyInstance, error: NodeJS.ErrnoException, socket: Socket): void {
      // There is nobody left to answer (Node's documentation of `clientError`).
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy()
        return
      }
      const requestId = newRequestId()
      const refusal = new ServiceError(parserErrors[String(error.code)] ?? 'malformed_request')
      this.log.info({ requestId, status: refusal.status, code: error.code }, 'not a request')
      const pending = answerUnderWay(socket)
      // A whole request came before the nonsense: the refusal would be taken for its answer. So the connection ends with that.
      if (pending?.req.complete === true) pending.once('finish', () => { socket.destroySoon() })
      else socket.end(rawAnswer(refusal, requestId, headers), () => { socket.destroy() })
    }
  }
}

/** The answer that is owed over this connection. Node itself looks there before it answers in our place. */
export function answerUnderWay (socket: Socket): ServerResponse | null | undefined {
  return (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage
}

function rawAnswer (refusal: ServiceError, requestId: string, headers: Record<string, string>): string {
  const body = JSON.stringify(problemBody(refusal, requestId))
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    'cache-control': 'no-store',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close'
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${refusal.status} ${String(STATUS_CODES[refusal.status])}\r\n${lines.join('')}\r\n${body}`
}
