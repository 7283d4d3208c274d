// What an access token says (RFC 9068 §2.2), and the checks that a signature alone does not make.
import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { idPattern, newId } from '../ids.js'
import { keyAlgorithms, type Role, roles } from '../stores/stores.js'

/** `typ` of the header, exactly (RFC 9068 §2.1). */
export const accessTokenType = 'at+jwt'
/** How far ahead of this clock the one that issued a token may be. */
const leewaySeconds = 5

const id = Type.String({ pattern: idPattern })
const seconds = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const oneOf = <const T extends readonly string[]>(values: T) => Type.Union(values.map((value) => Type.Literal(value as T[number])))

/** Closed: nobody but this service signs, so a claim that it does not know was not put there by it. */
export const AccessClaims = Type.Object({
  iss: Type.String(),
  aud: Type.String(),
  sub: id,
  sid: id,
  role: oneOf(roles),
  iat: seconds,
  exp: seconds,
  jti: id
}, { additionalProperties: false })
export type AccessClaims = Static<typeof AccessClaims>

/** Closed too: that keeps out `crit`, `jwk`, `jku`, `x5u` and whatever else could point at a key or a rule (RFC 8725 §3.10). */
const AccessHeader = Type.Object({
  alg: oneOf(keyAlgorithms),
  typ: Type.Literal(accessTokenType),
  kid: Type.String({ minLength: 1 })
}, { additionalProperties: false })

export const requiredClaims = Object.keys(AccessClaims.properties)
const claimsShape = TypeCompiler.Compile(AccessClaims)
const headerShape = TypeCompiler.Compile(AccessHeader)

export interface ClaimsInput { issuer: string, audience: string, userId: string, sessionId: string, role: Role, now: Date, lifeSeconds: number }

/** The claims of a new token that lives `lifeSeconds` from `now` (whole seconds, rounded down). */
export function claimsFor ({ issuer, audience, userId, sessionId, role, now, lifeSeconds }: ClaimsInput): AccessClaims {
  const iat = Math.floor(now.getTime() / 1000)
  return { iss: issuer, aud: audience, sub: userId, sid: sessionId, role, iat, exp: iat + lifeSeconds, jti: newId() }
}

export interface ClaimsRules {
  issuer: string
  audience: string
  /** The longest life that any token of this service gets, in seconds. */
  maxLifeSeconds: number
  now: Date
}

/** The claims, or null unless header and claims are just what this service writes and hold at `now`. The signature is not looked at. */
export function checkClaims (payload: unknown, header: unknown, { issuer, audience, maxLifeSeconds, now }: ClaimsRules): AccessClaims | null {
  if (!headerShape.Check(header) || !claimsShape.Check(payload)) return null
  if (payload.iss !== issuer || payload.aud !== audience) return null
  if (payload.iat > now.getTime() / 1000 + leewaySeconds) return null
  const life = payload.exp - payload.iat
  return life > 0 && life <= maxLifeSeconds && isAlive(payload, now) ? payload : null
}

/** RFC 7519 §4.1.4: on or after `exp` a token no longer counts. No leeway. */
export function isAlive ({ exp }: Pick<AccessClaims, 'exp'>, now: Date): boolean {
  return now.getTime() < exp * 1000
}
