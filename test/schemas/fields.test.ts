// The smallest parts of the contract.
import { Type } from '@sinclair/typebox'
import t from 'tap'
import { Ref } from '../../src/schemas/fields.js'

t.test('a schema is referred to by its $id, and one without cannot be', async (t) => {
  t.match(Ref(Type.String({ $id: 'Word' })), { $ref: 'Word#' })
  t.throws(() => Ref(Type.String()), { message: 'Only a schema with an $id can be referred to.' })
})
