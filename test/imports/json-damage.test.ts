// What is said of a piece of a JSON array that is no JSON.
import t from 'tap'
import { objectsSideBySide } from '../../src/imports/json-damage.js'

t.test('how many objects stand side by side, where quotes and brackets pair', async t => {
  for (const [piece, objects] of [['', 0], [' tru ', 0], ['{"a":tru}', 1], ['{"a":[1,{"b":2}],}', 1], ['{"a":1}\n{"b":"}{\\""}', 2], ['{}{}{}', 3], ['[{"a":1}]x', 0]] as const) {
    t.equal(objectsSideBySide(Buffer.from(piece)), objects, piece)
  }
})

t.test('nobody can tell where they do not', async t => {
  for (const piece of ['{"a":1]', '{', '}', '{"a":"x', '{"a":"x\\"}', '{"a":"x\ty"}', '{"a":\\"x"}', '{"a":"He said "hi" twice"}', '{"a":"x" \ny}']) t.equal(objectsSideBySide(Buffer.from(piece)), null, piece)
})
