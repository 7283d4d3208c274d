// /.well-known: what others need to verify our access tokens (RFC 8414 §2 `jwks_uri`, RFC 7517 §5).
import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { Ref } from '../src/schemas/fields.js'
import { Problem } from '../src/schemas/problem.js'
import { jwksCacheSeconds } from '../src/tokens/signing-keys.js'

const Jwk = Type.Object({
  kty: Type.String({ examples: ['OKP'] }),
  crv: Type.String({ examples: ['Ed25519'] }),
  x: Type.String({ examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'] }),
  y: Type.Optional(Type.String({ description: 'Of EC keys only' })),
  use: Type.Literal('sig'),
  alg: Type.String({ examples: ['EdDSA'] }),
  kid: Type.String({ description: 'RFC 7638 thumbprint', examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'] })
}, { additionalProperties: false })

const Jwks = Type.Object({ keys: Type.Array(Jwk) }, { additionalProperties: false, description: 'JSON Web Key Set' })

const getJwks = {
  operationId: 'getJwks',
  summary: 'The public keys that access tokens are verified with',
  description: 'The next key is among them before it signs. Empty where tokens are signed with HS256. Error code: `store_unavailable`.',
  tags: ['Discovery'],
  response: { 200: Jwks, 503: Ref(Problem) }
}

const wellKnown: FastifyPluginAsyncTypebox = async function wellKnown (app) {
  app.get('/.well-known/jwks.json', { schema: getJwks, config: { sends: ['cache-control'] } }, async function answerJwks (_request, reply) {
    const keys = app.keyRing.jwks()
    reply.header('cache-control', `public, max-age=${jwksCacheSeconds}`)
    return keys
  })
}

export default wellKnown
