// Parts that the contracts of several dialects share. What an old client sends besides is ignored, as the old servers did.
import { Type } from '@sinclair/typebox'

const text = Type.String({ minLength: 1 })

export const EmailAndPassword = Type.Object({ email: text, password: text }, { examples: [{ email: 'ada@example.com', password: 'correct horse battery staple' }] })

export const NewId = Type.Object({ _id: Type.String({ examples: ['019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'] }), email: Type.String({ examples: ['ada@example.com'] }) }, { additionalProperties: false, description: 'The new account' })

/** `{ [member]: token }`, where that is all. */
export function Token<const M extends string> (member: M) {
  return Type.Object({ [member]: Type.String({ description: 'The access token', examples: ['eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln'] }) } as Record<M, ReturnType<typeof Type.String>>, { additionalProperties: false, description: 'Logged in' })
}

/** An answer that is text. */
export function Text (mediaType: 'text/html' | 'text/plain', example: string) {
  return { description: example, content: { [mediaType]: { schema: Type.String({ examples: [example] }) } } }
}
