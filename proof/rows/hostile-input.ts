// SECURITY.md D: whatever a client sends.
import { type Row } from '../row.js'
import { authorizationHeader } from './authorization-header.js'
import { bodies } from './bodies.js'
import { forgedTokens } from './forged-tokens.js'

export const hostileInput: readonly Row[] = [forgedTokens, authorizationHeader, bodies]
