// What every refusal looks like: RFC 9457.
import { Type } from '@sinclair/typebox'

export const Problem = Type.Object({
  type: Type.String({ examples: ['about:blank'] }),
  title: Type.String({ examples: ['Conflict'] }),
  status: Type.Integer({ minimum: 400, maximum: 599, examples: [409] }),
  detail: Type.String({ examples: ['An account with this e-mail address exists.'] }),
  code: Type.String({ pattern: '^[a-z_]+$', description: 'Stable; what clients switch on', examples: ['email_taken'] }),
  requestId: Type.String({ description: 'As in the header x-request-id and in the log', examples: ['req-1'] }),
  errors: Type.Optional(Type.Array(Type.Object({
    path: Type.String({ description: 'JSON pointer into the body, or `?name` for the query', examples: ['/email'] }),
    message: Type.String({ examples: ['is required'] })
  }, { additionalProperties: false })))
}, { $id: 'Problem', additionalProperties: false, description: 'RFC 9457 problem details' })
