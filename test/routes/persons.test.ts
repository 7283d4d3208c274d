// /persons: reading, writing, versions and roles.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createTestApp } from '../helpers/app.js'
import type { Body } from '../helpers/client.js'
import { runScenarios } from '../helpers/scenarios.js'

const { app, client, clock } = await createTestApp(t)
const manager = await client.member('manager')
const reader = await client.member()
const token = manager.accessToken
const managing = client.as(manager)
const hasNot = ['"_id"', 'folded']

async function add (json: Body = { name: 'Grace Hopper' }) {
  const answer = await managing.post('/persons', { json })
  if (answer.status !== 201) throw new Error(answer.text)
  return { ...answer.body, url: `/persons/${String(answer.body.id)}` } as Body & { id: string, url: string }
}

const grace = await add({ personId: 'P-1', name: 'Grace Hopper', email: ' Grace@Example.com', age: 85 })
const other = await add({ personId: 'P-2', name: 'Ada' })

runScenarios(t, app, client, [
  { name: 'a person is told with the ETag of its version', method: 'GET', url: grace.url, token: reader.accessToken, status: 200, has: { personId: 'P-1', name: 'Grace Hopper', email: 'grace@example.com', age: 85, version: 1 }, hasNot, sends: { etag: '"1"' } },
  { name: 'HEAD tells the same without a body', method: 'HEAD', url: grace.url, token, status: 200, sends: { etag: '"1"' } },
  { name: 'an unknown person is not there', method: 'GET', url: `/persons/${newId()}`, token, status: 404, code: 'not_found' },
  { name: 'an id that is none is refused by name', method: 'GET', url: '/persons/1', token, status: 400, code: 'validation_failed', names: ['/id'] },
  { name: 'If-None-Match with the version gives 304', method: 'GET', url: grace.url, token, headers: { 'if-none-match': '"1"' }, status: 304, sends: { etag: '"1"' } },
  { name: 'If-None-Match compares weakly, in a list', method: 'GET', url: grace.url, token, headers: { 'if-none-match': '"7", W/"1"' }, status: 304 },
  { name: 'If-None-Match with a star gives 304', method: 'GET', url: grace.url, token, headers: { 'if-none-match': '*' }, status: 304 },
  { name: 'If-None-Match with another version gives the person', method: 'GET', url: grace.url, token, headers: { 'if-none-match': '"2"' }, status: 200 },
  { name: 'a client may not add', method: 'POST', url: '/persons', token: reader.accessToken, json: { name: 'X' }, status: 403, code: 'forbidden' },
  { name: 'a manager adds; personId is the id when left out', method: 'POST', url: '/persons', token, json: { name: 'Alan' }, status: 201, has: { name: 'Alan', email: null, age: null, version: 1, createdAt: clock().toISOString() }, sends: { etag: '"1"', location: /^\/persons\/[0-9a-f-]{36}$/ }, writes: { persons: 1 }, async also (t, { body, headers }) { t.equal(body.personId, body.id); t.equal(headers.location, `/persons/${String(body.id)}`) } },
  { name: 'a taken personId is refused', method: 'POST', url: '/persons', token, json: { personId: 'P-1', name: 'X' }, status: 409, code: 'person_id_taken' },
  { name: 'a personId in another case is another', method: 'POST', url: '/persons', token, json: { personId: 'p-1', name: 'X' }, status: 201, writes: { persons: 1 } },
  { name: 'what the service sets may not be set', method: 'POST', url: '/persons', token, json: { name: 'X', id: newId(), version: 1, createdAt: 'x', updatedAt: 'x' }, status: 400, code: 'validation_failed', names: ['/id', '/version', '/createdAt', '/updatedAt'] },
  { name: 'ages end at 150, and are whole', method: 'POST', url: '/persons', token, json: { name: 'X', age: 151 }, status: 400, code: 'validation_failed', names: ['/age'] },
  { name: 'an age in quotes is no age', method: 'POST', url: '/persons', token, json: { name: 'X', age: '37' }, status: 400, code: 'validation_failed', names: ['/age'] },
  { name: 'a fraction is no age', method: 'PATCH', url: grace.url, token, json: { age: 36.5 }, status: 400, code: 'validation_failed', names: ['/age'] },
  { name: 'a name with NUL is refused by name', method: 'POST', url: '/persons', token, json: { name: 'a\u0000b' }, status: 400, code: 'validation_failed', names: ['/name'] },
  { name: 'a name of 200 astral characters is a name', method: 'POST', url: '/persons', token, json: { name: '🚢'.repeat(200) }, status: 201, has: { name: '🚢'.repeat(200) }, writes: { persons: 1 } },
  { name: 'a name of 201 characters is none', method: 'POST', url: '/persons', token, json: { name: 'x'.repeat(201) }, status: 400, code: 'validation_failed', names: ['/name'] },
  { name: 'PATCH of an unknown person is 404', method: 'PATCH', url: `/persons/${newId()}`, token, json: { name: 'X' }, status: 404, code: 'not_found' },
  { name: 'PUT of an unknown person is 404 and makes none', method: 'PUT', url: `/persons/${newId()}`, token, json: { name: 'X' }, status: 404, code: 'not_found' },
  { name: 'PUT to a taken personId is refused', method: 'PUT', url: other.url, token, json: { personId: 'P-1', name: 'Ada' }, status: 409, code: 'person_id_taken' },
  { name: 'PATCH to a taken personId is refused', method: 'PATCH', url: other.url, token, json: { personId: 'P-1' }, status: 409, code: 'person_id_taken' },
  { name: 'a client may not change', method: 'PATCH', url: other.url, token: reader.accessToken, json: { name: 'X' }, status: 403, code: 'forbidden' },
  { name: 'a client may not replace', method: 'PUT', url: other.url, token: reader.accessToken, json: { name: 'X' }, status: 403, code: 'forbidden' },
  { name: 'a client may not remove', method: 'DELETE', url: other.url, token: reader.accessToken, status: 403, code: 'forbidden' },
  { name: 'removing an unknown person is 404', method: 'DELETE', url: `/persons/${newId()}`, token, status: 404, code: 'not_found' },
  { name: 'a body of nearly 64 KiB is read', method: 'POST', url: '/persons', token, json: { name: 'x'.repeat(65_000) }, status: 400, code: 'validation_failed', names: ['/name'] },
  { name: 'a body above 64 KiB is not', method: 'POST', url: '/persons', token, json: { name: 'x'.repeat(66_000) }, status: 413, code: 'body_too_large' }
])

t.test('PUT replaces: what is left out becomes null, personId stays; the version grows', async (t) => {
  const { url, createdAt } = await add({ personId: 'put-1', name: 'Alan', email: 'alan@example.com', age: 41 })
  clock.advance(60)
  const answer = await managing.put(url, { json: { name: 'Alan Turing' } })
  t.match(answer, { status: 200, headers: { etag: '"2"' }, body: { personId: 'put-1', name: 'Alan Turing', email: null, age: null, version: 2, createdAt, updatedAt: clock().toISOString() } })
  t.match((await managing.put(url, { json: { personId: 'put-2', name: 'Alan' } })).body, { personId: 'put-2', version: 3 }, 'a manager may change personId')
})

t.test('PATCH merges: null removes, the rest stays', async (t) => {
  const { url } = await add({ personId: 'patch-1', name: 'Alan', email: 'alan@example.com', age: 41 })
  t.match((await managing.patch(url, { json: { email: null } })).body, { personId: 'patch-1', name: 'Alan', email: null, age: 41, version: 2 })
  t.match((await managing.patch(url, { json: { age: 0, email: 'ALAN@example.com', personId: 'patch-2' } })).body, { personId: 'patch-2', name: 'Alan', email: 'alan@example.com', age: 0, version: 3 })
  t.match(await managing.patch(url, { json: {} }), { status: 200, body: { name: 'Alan' } })
  t.match(await managing.patch(url, { json: { name: null } }), { status: 400, code: 'validation_failed' }, 'a name cannot be removed')
})

t.test('If-Match writes over the versions it names, and nothing else', async (t) => {
  const { url } = await add()
  const json = { name: 'Changed' }
  for (const ifMatch of ['"2"', 'W/"1"', '"x"', '1', '""', '"01"']) {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await managing.request(method, url, { headers: { 'if-match': ifMatch }, ...(method !== 'DELETE' && { json }) })
      t.match(answer, { status: 412, code: 'version_mismatch' }, `${method} ${ifMatch}`)
    }
  }
  t.match((await managing.get(url)).body, { name: 'Grace Hopper', version: 1 }, 'nothing was written')
  t.match(await managing.put(url, { json, headers: { 'if-match': '"9", "1"' } }), { status: 200, headers: { etag: '"2"' } })
  t.match(await managing.patch(url, { json, headers: { 'if-match': '*' } }), { status: 200, headers: { etag: '"3"' } })
  t.match(await managing.delete(url, { headers: { 'if-match': '"2"' } }), { status: 412 })
  t.match(await managing.delete(url, { headers: { 'if-match': '"3"' } }), { status: 204, text: '' })
  t.match(await managing.delete(url, { headers: { 'if-match': '"3"' } }), { status: 404, code: 'not_found' })
  t.match(await managing.put(`/persons/${newId()}`, { json, headers: { 'if-match': '"1"' } }), { status: 404 })
})

t.test('of 20 writes over one version at once, one is written', async (t) => {
  const { url } = await add()
  const answers = await Promise.all(Array.from({ length: 20 }, (_, age) => managing.patch(url, { json: { age }, headers: { 'if-match': '"1"' } })))
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal(answers.filter(({ status }) => status === 412).length, 19)
  t.match((await managing.get(url)).body, { version: 2 })
})

t.test('a person is removed once', async (t) => {
  const { url } = await add()
  t.equal((await managing.delete(url)).status, 204)
  t.equal((await managing.get(url)).status, 404)
  t.equal((await managing.delete(url)).status, 404)
})
