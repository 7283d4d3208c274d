// Identifiers.
import t from 'tap'
import { idPattern, newId, newRequestId } from '../src/ids.js'

t.test('an id is a UUIDv7, and a later one sorts after it', async t => {
  const ids = Array.from({ length: 10_000 }, () => newId())
  t.same(ids.filter(id => !new RegExp(idPattern).test(id)), [])
  t.same([...ids].sort(), ids)
  t.equal(new Set(ids).size, ids.length)
})

t.test('an id tells when it was made, to the millisecond', async t => {
  const before = Date.now()
  const made = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16)
  t.ok(made >= before && made <= Date.now() + 1, `${made}`)
})

t.test('other versions, upper case and anything around it do not match the pattern', async t => {
  for (const text of ['', '0192e4a0-0000-4000-8000-000000000000', '0192E4A0-0000-7000-8000-000000000000', '0192e4a0-0000-7000-c000-000000000000',
    ' 0192e4a0-0000-7000-8000-000000000000', '0192e4a0-0000-7000-8000-0000000000000']) t.notMatch(text, new RegExp(idPattern), text)
})

t.test('the names of requests are short, of their own alphabet, and none comes twice', async t => {
  const ids = Array.from({ length: 10_000 }, () => newRequestId())
  t.same(ids.filter(id => !/^[A-Za-z0-9_-]{16}$/.test(id)), [])
  t.equal(new Set(ids).size, ids.length)
})
