// SECURITY.md D: whatever a client sends.
import type { Row } from '../row.js'
import { authorizationHeader } from './authorization-header.js'
import { authority } from './authority.js'
import { bodies } from './bodies.js'
import { forgedTokens } from './forged-tokens.js'
import { headers } from './headers.js'
import { malformedUrls } from './malformed-urls.js'
import { openapiFuzzing } from './openapi-fuzzing.js'
import { slowClients } from './slow-clients.js'
import { unknownMembers } from './unknown-members.js'

export const hostileInput: readonly Row[] = [
  forgedTokens, authorizationHeader, bodies, malformedUrls, slowClients, openapiFuzzing, authority, unknownMembers, headers
]
