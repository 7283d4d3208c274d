// Signs and verifies access tokens with @fastify/jwt, by the keys of the ring. Whatever is wrong with a token, the refusal is one.
import type { KeyObject } from 'node:crypto'
import jwt from '@fastify/jwt'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { isServiceError, ServiceError } from '../src/errors.js'
import { keyAlgorithms, type Role } from '../src/stores/stores.js'
import { type AccessClaims, accessTokenType, checkClaims, claimsFor, requiredClaims } from '../src/tokens/access-token.js'
import type { KeyMaterial } from '../src/tokens/key-material.js'
import { readTokenText } from '../src/tokens/token-text.js'

export interface TokenSubject {
  userId: string
  sessionId: string
  role: Role
  /** ACCESS_TOKEN_TTL where it is left out; never more than app.longestTokenSeconds. */
  lifeSeconds?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** A new access token. `expiresIn` is in seconds. Throws `store_unavailable` while there is no key to sign with. */
    issueAccessToken (subject: TokenSubject): Promise<{ accessToken: string, expiresIn: number }>
    /** Claims and kid of a token whose signature and claims hold now; revocation is not looked at. Throws `invalid_token`, or
     * `store_unavailable` while the keys have never been read. */
    verifyAccessToken (request: FastifyRequest, text: string): Promise<{ kid: string, claims: AccessClaims }>
  }
  interface FastifyRequest {
    /** The token that the guard took from this request, for @fastify/jwt to verify. */
    presentedToken: string
  }
}

interface Verified { header: { kid: string }, payload: AccessClaims }

export default fp(async function accessTokens (app: FastifyInstance) {
  const { issuer, audience, accessTokenSeconds } = app.config.jwt

  /** One algorithm a key (RFC 8725 §3.1): a token may not choose how its key is used. */
  async function verificationKey (_request: FastifyRequest, decoded: object): Promise<string | Buffer> {
    const { header } = decoded as { header: Record<string, unknown> }
    const key = await app.keyRing.find(String(header.kid))
    if (key === null || key.algorithm !== header.alg) throw new ServiceError('invalid_token')
    return publicText(key)
  }

  function holds (_request: FastifyRequest, { header, payload }: Record<string, unknown>): boolean {
    return checkClaims(payload, header, { issuer, audience, maxLifeSeconds: app.longestTokenSeconds, now: app.clock() }) !== null
  }

  app.decorateRequest('presentedToken', '')
  await app.register(jwt, {
    secret: { public: verificationKey },
    decode: { complete: true },
    verify: {
      complete: true,
      extractToken: (request) => request.presentedToken,
      algorithms: [...keyAlgorithms],
      allowedIss: issuer,
      allowedAud: audience,
      checkTyp: accessTokenType,
      requiredClaims,
      // `trusted` judges time, more strictly and by the service's clock.
      ignoreExpiration: true,
      ignoreNotBefore: true
    },
    trusted: holds
  })

  app.decorate('verifyAccessToken', async function verifyAccessToken (request: FastifyRequest, text: string) {
    if (readTokenText(text) === null) throw new ServiceError('invalid_token')
    request.presentedToken = text
    try {
      const { header, payload } = await request.jwtVerify<Verified>()
      return { kid: header.kid, claims: payload }
    } catch (error) {
      throw isServiceError(error) ? error : new ServiceError('invalid_token', { cause: error })
    }
  })

  const signerOf = createSigners()
  app.decorate('issueAccessToken', async function issueAccessToken ({ userId, sessionId, role, lifeSeconds = accessTokenSeconds }: TokenSubject) {
    if (lifeSeconds > app.longestTokenSeconds) throw new RangeError(`A token of ${lifeSeconds} s would be refused: see longestTokenSeconds.`)
    const sign = await signerOf(app.keyRing.signer())
    const claims = claimsFor({ issuer, audience, userId, sessionId, role, now: app.clock(), lifeSeconds })
    return { accessToken: sign(claims), expiresIn: lifeSeconds }
  })
}, { name: 'jwt', dependencies: ['context', 'tokens'] })

type Sign = (claims: AccessClaims) => string

/**
 * @fastify/jwt parses a key anew for every token (0.6 ms, ten times the signature itself) unless it is the one it was
 * registered with. So the key that signs gets a registration of its own, on an instance that serves nothing.
 */
function createSigners (): (key: KeyMaterial) => Promise<Sign> {
  let current: { kid: string, sign: Promise<Sign> } | undefined
  return (key) => {
    if (current?.kid !== key.kid) current = { kid: key.kid, sign: register(key) }
    return current.sign
  }
}

async function register (key: KeyMaterial): Promise<Sign> {
  const { kid, algorithm, privateKey } = key
  const secret = algorithm === 'HS256' ? privateKey.export() : privateKey.export({ type: 'pkcs8', format: 'pem' })
  const host = Fastify()
  await host.register(jwt, { secret: { private: secret, public: publicText(key) }, sign: { algorithm, kid, header: { alg: algorithm, typ: accessTokenType } } })
  return (claims) => host.jwt.sign(claims)
}

const publicTexts = new WeakMap<KeyObject, string | Buffer>()

/** @fastify/jwt takes keys as PEM, secrets as buffers. Each is exported once: it keeps a verifier for every PEM it has seen. */
function publicText ({ algorithm, publicKey }: KeyMaterial): string | Buffer {
  const text = publicTexts.get(publicKey) ?? (algorithm === 'HS256' ? publicKey.export() : publicKey.export({ type: 'spki', format: 'pem' }))
  publicTexts.set(publicKey, text)
  return text
}
