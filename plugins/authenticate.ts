// The guard: who is asking, by the access token; and whether their role is enough.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/errors.js'
import { type Role, roles } from '../src/stores/stores.js'
import type { AccessClaims } from '../src/tokens/access-token.js'
import { readBearer } from './bearer.js'

/** Who is asking. */
export interface Auth {
  readonly userId: string
  readonly sessionId: string
  readonly role: Role
  /** When the access token ends. */
  readonly expiresAt: Date
  readonly jti: string
}

export type GuardHook = (this: FastifyInstance, request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void
/** The token text of a request; null where it carries none. May throw `invalid_token`. */
export type TokenReader = (request: FastifyRequest) => string | null

declare module 'fastify' {
  interface FastifyInstance {
    /** onRequest hook: lets through who presents a valid access token as RFC 6750 §2.1 says, and sets `request.auth`. Else
     * `unauthorized` (no credentials) or `invalid_token`; `store_unavailable` while keys or revocations have never been read. */
    authenticate: GuardHook
    /** The same guard for clients that present the token in another way. */
    authenticateWith (readToken: TokenReader): GuardHook
    /** onRequest hook after `authenticate`: `forbidden` where the role is less than `role`. */
    requireRole (role: Role): GuardHook
  }
  interface FastifyRequest {
    /** Who is asking. Throws where the route has no guard: a fault in the code, not of the client. */
    readonly auth: Auth
    /** As `auth`, or null where nobody has proved who they are. */
    authenticated: Auth | null
  }
}

export default fp(async function authenticate (app: FastifyInstance) {
  app.decorateRequest('authenticated', null)
  app.decorateRequest('auth', { getter: requireAuth })
  app.decorate('authenticateWith', authenticateWith)
  app.decorate('authenticate', authenticateWith(readBearer))
  app.decorate('requireRole', requireRole)

  function authenticateWith (readToken: TokenReader): GuardHook {
    return function authenticate (request, _reply, done) {
      const text = attempt(readToken, request)
      if (text instanceof Error) {
        done(text)
        return
      }
      const known = app.verifiedTokens.find(text)
      // Verified before: no promise, the request goes on in the same tick.
      if (known !== undefined) admit(request, known, done)
      else verify(request, text).then((claims) => admit(request, claims, done), done)
    }
  }

  async function verify (request: FastifyRequest, text: string): Promise<AccessClaims | null> {
    const { kid, claims } = await app.verifyAccessToken(request, text)
    if (!app.revocationFeed.ready) throw new ServiceError('store_unavailable', { cause: new Error('The revocations have not been read yet.') })
    return app.verifiedTokens.keep(text, kid, claims)
  }
}, { name: 'authenticate', dependencies: ['tokens', 'jwt'] })

function attempt (readToken: TokenReader, request: FastifyRequest): string | ServiceError {
  try {
    return readToken(request) ?? new ServiceError('unauthorized')
  } catch (error) {
    return error instanceof ServiceError ? error : new ServiceError('invalid_token', { cause: error })
  }
}

function admit (request: FastifyRequest, claims: AccessClaims | null, done: HookHandlerDoneFunction): void {
  if (claims === null) {
    done(new ServiceError('invalid_token'))
    return
  }
  const { sub: userId, sid: sessionId, role, exp, jti } = claims
  request.authenticated = { userId, sessionId, role, expiresAt: new Date(exp * 1000), jti }
  done()
}

function requireAuth (this: FastifyRequest): Auth {
  if (this.authenticated === null) throw new Error(`${this.method} ${String(this.routeOptions.url)} asks who is there, but has no guard.`)
  return this.authenticated
}

function requireRole (role: Role): GuardHook {
  return function requireRole (request, _reply, done) {
    done(roles.indexOf(request.auth.role) < roles.indexOf(role) ? new ServiceError('forbidden') : undefined)
  }
}
