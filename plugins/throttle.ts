// How much one address may ask for. Counted before anybody is authenticated, so that refused tokens count, and after CORS, so that
// a page can read the refusal and its preflights, which do nothing here, are free.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/errors.js'
import { addressKey } from '../src/throttling/address.js'
import type { Verdict } from '../src/throttling/limiter.js'
import { type Bucket, policies } from '../src/throttling/policies.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The bucket that requests of this operation count in, beside the general one. */
    throttle?: Exclude<Bucket, 'general'>
  }
}

export default fp(async function throttle (app: FastifyInstance) {
  const { countRequest } = app
  if (countRequest === null) return

  app.addHook('onRequest', function throttleRequest (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) {
    countRequest(addressKey(request.ip), request.routeOptions.config.throttle, (error, outcome) => {
      if (error !== null || outcome === null) {
        done(error ?? undefined)
        return
      }
      const { bucket, verdict } = outcome
      tell(reply, bucket, verdict)
      done(verdict.allowed ? undefined : refusal(verdict))
    })
  })
}, { name: 'throttle', dependencies: ['limiters', 'problems'] })

/** draft-ietf-httpapi-ratelimit-headers-11. Where nothing remains, `t` is the time until something does: never after Retry-After. */
function tell (reply: FastifyReply, bucket: Bucket, { remaining, resetSeconds }: Verdict): void {
  const { limit, windowSeconds } = policies[bucket]
  reply.header('ratelimit-policy', `"${bucket}";q=${limit};w=${windowSeconds}`)
  reply.header('ratelimit', `"${bucket}";r=${remaining};t=${resetSeconds}`)
}

function refusal ({ resetSeconds }: Verdict): ServiceError {
  return new ServiceError('too_many_attempts', { retryAfterSeconds: resetSeconds })
}
