// client/src/api-types.ts says what openapi.yaml says.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { clientTypes, type TypedDocument } from '../../scripts/client-types.js'

const document = parse(readFileSync('openapi.yaml', 'utf8')) as TypedDocument

t.test('the types are those of openapi.yaml (npm run client:types writes them)', async (t) => {
  t.equal(readFileSync('client/src/api-types.ts', 'utf8'), clientTypes(document))
})

t.test('a schema of a kind that it does not know is refused', async (t) => {
  t.throws(() => clientTypes({ paths: {}, components: { schemas: { Odd: { type: 'tuple' } } } }), /No TypeScript type/)
})

t.test('the kinds of schema that a document may bring', async (t) => {
  const types = clientTypes({
    paths: {
      '/old': { get: { tags: ['dialect: old'], operationId: 'old', responses: {} } },
      '/new': {
        post: {
          operationId: 'makeNew',
          requestBody: { content: { 'application/json': { schema: { type: 'object', required: ['a'], properties: { a: { const: 1 } } } } } },
          responses: { 201: { content: { 'application/json': { schema: { anyOf: [{ $ref: '#/components/schemas/A' }, { type: ['string', 'null'] }] } } } } }
        }
      }
    },
    components: { schemas: { A: { allOf: [{ type: 'object' }, { oneOf: [{ type: 'array' }, {}] }] }, B: { type: 'object', additionalProperties: { type: 'integer' } } } }
  })
  t.match(types, 'export type A = Record<string, unknown> & Array<unknown> | unknown')
  t.match(types, 'export type B = Record<string, number>')
  t.match(types, 'export interface MakeNewBody {\n  a: 1\n}')
  t.match(types, 'export type MakeNewAnswer = A | string | null')
  t.notMatch(types, /old/i)
})
