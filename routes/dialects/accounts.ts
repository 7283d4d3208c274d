// What a dialect asks of the services: names as the old client sends them, and a token for who knows the password.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { LoginClaim, NewAccount } from '../../src/accounts.js'
import { type DialectName, dialectTokenSeconds } from '../../src/environment.js'
import { ServiceError } from '../../src/errors.js'
import { createSessions } from '../../src/sessions.js'
import { canonicalEmail, canonicalUsername } from '../../src/text.js'
import { createRefreshTokens } from '../../src/tokens/refresh-token.js'

export type LogIn = (claim: LoginClaim, request: FastifyRequest) => Promise<string>

/** Checks a log-in and answers an access token: of a session that ends when the token does, for there is no refresh token to go on with. */
export function createLogIn (app: FastifyInstance, name: DialectName): LogIn {
  const { config, stores, denyList, clock, services: { accounts, audit } } = app
  const lifeSeconds = dialectTokenSeconds[name]
  const refreshTokens = createRefreshTokens(config.authSecret)
  const sessions = createSessions({ stores, refreshTokens, denyList, audit, clock, idleSeconds: lifeSeconds, maxSeconds: lifeSeconds, graceSeconds: 0 })

  return async function logIn (claim, request) {
    const { device } = request
    const credentials = await accounts.logIn(claim, device)
    const { user, sessionId } = await sessions.begin(credentials, device)
    request.signedIn = user.id
    await app.noteSignIn(credentials.user, sessionId, request)
    const { accessToken } = await app.issueAccessToken({ userId: user.id, sessionId, role: user.role, lifeSeconds })
    return accessToken
  }
}

/** An account known by its e-mail. Throws `validation_failed`. */
export function accountByEmail (email: string, password: string): NewAccount {
  if (canonicalEmail(email) === null) throw new ServiceError('validation_failed', { detail: 'This is not an e-mail address.' })
  return { email, password }
}

/** An account known by a name; a name with an @ is an e-mail, as it is when accounts are imported. Throws `validation_failed`. */
export function accountByName (name: string, password: string): NewAccount {
  const username = name.trim()
  if (username.includes('@')) return accountByEmail(username, password)
  if (canonicalUsername(username) === null) throw new ServiceError('validation_failed', { detail: 'The user name must have 3 to 64 of the characters A-Z a-z 0-9 . _ and -.' })
  return { email: null, username, password }
}

/** Who is meant by such a name. */
export function claimByName (name: string, password: string): LoginClaim {
  const username = name.trim()
  return username.includes('@') ? { email: username, password } : { username, password }
}
