// How input is checked, and how each fault is told: a pointer or `?name`, and words.
import t from 'tap'
import { buildValidator, describeFaults } from '../../plugins/validation.js'

type Validate = ((data: unknown) => boolean) & { errors?: Parameters<typeof describeFaults>[0] }
const compile = buildValidator as unknown as (schemas: object) => (given: { schema: object, httpPart?: string }) => Validate
const compiler = compile({ Name: { $id: 'Name', type: 'string', minLength: 2 } })

function faultsOf (schema: object, data: unknown, httpPart = 'body') {
  const validate = compiler({ schema, httpPart })
  return validate(data) ? [] : describeFaults(validate.errors ?? [], httpPart)
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, additionalProperties: false, ...more })

t.test('each fault is told in words, at its place', async (t) => {
  const table: Array<[schema: object, data: unknown, path: string, message: string]> = [
    [object({ a: {} }, { required: ['a'] }), {}, '/a', 'is required'],
    [object({}), { 'x/y~z': 1 }, '/x~1y~0z', 'is not a member of this'],
    [object({ a: { type: 'string' } }), { a: 1 }, '/a', 'must be of type string'],
    [object({ a: { type: ['string', 'null'] } }), { a: 1 }, '/a', 'must be of type string or null'],
    [object({ a: { enum: ['x', 'y'] } }), { a: 'z' }, '/a', 'must be one of x, y'],
    [object({ a: { minLength: 1 } }), { a: '' }, '/a', 'must not be empty'],
    [object({ a: { minLength: 3 } }), { a: 'x' }, '/a', 'must have at least 3 characters'],
    [object({ a: { maxLength: 1 } }), { a: 'xy' }, '/a', 'must have at most 1 characters'],
    [object({ a: { minimum: 1 } }), { a: 0 }, '/a', 'must be at least 1'],
    [object({ a: { maximum: 1 } }), { a: 2 }, '/a', 'must be at most 1'],
    [object({ a: { format: 'email' } }), { a: 'x' }, '/a', 'is not an e-mail address'],
    [object({ a: { format: 'date-time' } }), { a: 'x' }, '/a', 'is not a date-time'],
    [object({ a: { pattern: '^x$' } }), { a: 'y' }, '/a', 'has characters or a length that it may not have'],
    [object({ a: { $ref: 'Name#' } }), { a: 'y' }, '/a', 'must have at least 2 characters'],
    [object({ a: object({ b: { type: 'string' } }) }), { a: { b: 1 } }, '/a/b', 'must be of type string'],
    [object({ a: { multipleOf: 2 } }), { a: 3 }, '/a', 'must be multiple of 2']
  ]
  for (const [schema, data, path, message] of table) t.same(faultsOf(schema, data), [{ path, message }])
})

t.test('all faults are told at once', async (t) => {
  t.equal(faultsOf(object({ a: { type: 'string' }, b: { type: 'string' } }, { required: ['a', 'b', 'c'] }), { a: 1, b: 2, d: 3 }).length, 4)
})

t.test('bodies are never converted, query and path are', async (t) => {
  const schema = object({ n: { type: 'integer' }, b: { type: 'boolean' } })
  const query: Record<string, unknown> = { n: '7', b: 'true' }
  t.same(faultsOf(schema, query, 'querystring'), [])
  t.same(query, { n: 7, b: true })
  t.equal(faultsOf(schema, { n: '7', b: 'true' }).length, 2)
  t.equal(faultsOf(object({ s: { type: 'string' } }), { s: null }).length, 1)
  t.same(faultsOf(schema, { n: 'x' }, 'querystring'), [{ path: '?n', message: 'must be of type integer' }])
  t.same(faultsOf(schema, { n: '7' }, 'params'), [])
})

t.test('nothing is dropped from a body', async (t) => {
  const body = { a: 'x', extra: 1 }
  t.same(faultsOf({ type: 'object', properties: { a: { type: 'string' } } }, body), [])
  t.same(body, { a: 'x', extra: 1 })
})

t.test('an e-mail is what src/text.ts takes for one', async (t) => {
  const schema = object({ a: { type: 'string', format: 'email' } })
  for (const good of ['a@b', ' A@b.c ', 'x+y@exämple.com']) t.same(faultsOf(schema, { a: good }), [], good)
  for (const bad of ['', 'a', 'a@', '@b', 'a b@c', 'a@b@c', '\u212Aate@example.com', 'a@exa mple.com', `${'x'.repeat(65)}@b`, 'a@b\r\nBcc: c@d']) t.equal(faultsOf(schema, { a: bad }).length, 1, bad)
})
