// Bodies and rows as the Knockout page spells them.
import { Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/schemas/fields.js'

const text = Type.String({ minLength: 1 })

export const NameAndPassword = Type.Object({ UserName: text, Password: text }, { examples: [{ UserName: 'ada', Password: 'correct horse battery staple' }] })

export const PersonRow = Type.Object({
  PersonId: Type.String({ examples: ['P-1001'] }),
  PersonName: Type.String({ examples: ['Grace Hopper'] }),
  Email: Nullable(Type.String({ examples: ['grace@example.com'] })),
  Age: Nullable(Type.String({ examples: ['37'] }))
}, { additionalProperties: false })

export const UserRow = Type.Object({ _id: Type.String(), UserName: Type.String({ examples: ['ada'] }) }, { additionalProperties: false })
