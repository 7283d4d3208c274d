// Tokens as the API hands them out (RFC 6749 §5.1 in camelCase), and the body that asks for new ones.
import { Type } from '@sinclair/typebox'
import { Ref } from './fields.js'
import { UserView } from './user.js'

const accessToken = Type.String({ description: 'JWT, `typ: at+jwt` (RFC 9068)', examples: ['eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln'] })
const refreshToken = Type.String({ description: 'Opaque; replaced at each use', examples: ['AZNQpFwee2qcTy8dbBp-AgAAAAB2x0'] })
const tokenType = Type.Literal('Bearer')
const expiresIn = Type.Integer({ minimum: 1, description: 'Seconds that the access token lives', examples: [600] })

export const Tokens = Type.Object({ accessToken, refreshToken, tokenType, expiresIn }, { $id: 'Tokens', additionalProperties: false })

export const SignedIn = Type.Object({ user: Ref(UserView), accessToken, refreshToken, tokenType, expiresIn }, { $id: 'SignedIn', additionalProperties: false })

export const Refresh = Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 512 }) }, { $id: 'Refresh', additionalProperties: false, examples: [{ refreshToken: 'AZNQpFwee2qcTy8dbBp-AgAAAAB2x0' }] })

export const VerificationSent = Type.Object({ status: Type.Literal('verification_sent') }, { $id: 'VerificationSent', additionalProperties: false, description: 'Follow the link in the mail' })
