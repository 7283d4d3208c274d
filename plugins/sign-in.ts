// Turns a log-in that was checked into what the client gets: a session, and the tokens of it.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Static } from '@sinclair/typebox'
import { createDevice, type Device } from '../src/audit.js'
import type { SignedIn, Tokens } from '../src/schemas/tokens.js'
import { presentUser } from '../src/schemas/user.js'
import type { LiveSession } from '../src/sessions.js'
import type { Credentials, User } from '../src/stores/stores.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Begins a session and answers its tokens with the account. */
    signIn (credentials: Pick<Credentials, 'user' | 'passwordVersion'>, request: FastifyRequest): Promise<Static<typeof SignedIn>>
    /** Tells the owner of a session that has just begun, if it is from a new device (recovery.noteSignIn). Never rejects. */
    noteSignIn (user: User, sessionId: string, request: FastifyRequest): Promise<void>
    /** The tokens of a session that lives, for who has just proved that it is theirs. */
    tokensOf (session: LiveSession, request: FastifyRequest): Promise<Static<typeof Tokens>>
  }
  interface FastifyRequest {
    /** From where the request comes. */
    readonly device: Device
    /** The account that this request signed in or went on with; for the log. A guard's is in `authenticated`. */
    signedIn: string | null
  }
}

export default fp(async function signIn (app: FastifyInstance) {
  app.decorateRequest('device', {
    getter (this: FastifyRequest): Device {
      return createDevice(this.ip, this.headers['user-agent'])
    }
  })

  app.decorateRequest('signedIn', null)

  app.decorate('tokensOf', async function tokensOf ({ user, sessionId, refreshToken }: LiveSession, request: FastifyRequest) {
    request.signedIn = user.id
    const { accessToken, expiresIn } = await app.issueAccessToken({ userId: user.id, sessionId, role: user.role })
    return { accessToken, refreshToken, tokenType: 'Bearer' as const, expiresIn }
  })

  app.decorate('noteSignIn', async function noteSignIn (user: User, sessionId: string, request: FastifyRequest) {
    try {
      await app.services.recovery.noteSignIn(user, sessionId)
    } catch (err) {
      // The session is there and in the audit log: a notice that cannot be queued is no reason to refuse its tokens.
      request.log.error({ err }, 'could not queue the notice of a sign-in')
    }
  })

  app.decorate('signIn', async function signIn (credentials: Pick<Credentials, 'user' | 'passwordVersion'>, request: FastifyRequest) {
    const session = await app.services.sessions.begin(credentials, request.device)
    await app.noteSignIn(credentials.user, session.sessionId, request)
    return { user: presentUser(session.user), ...await app.tokensOf(session, request) }
  })
}, { name: 'sign-in', dependencies: ['services', 'jwt'] })
