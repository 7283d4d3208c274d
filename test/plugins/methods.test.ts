// Known addresses asked with methods they do not take, and unknown ones.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { listen, overSocket, sendRaw } from '../helpers/transports.js'

const { app, client } = await createTestApp(t)
const origin = await listen(app)
const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'

t.test('a method that the address does not take is 405, with those that it takes', async (t) => {
  const table: Array<[method: string, url: string, allow: string]> = [
    ['GET', '/login', 'POST'], ['DELETE', '/register', 'POST'], ['PUT', '/profile', 'DELETE, GET, HEAD, PATCH'], ['GET', '/profile/password', 'PUT'], ['PATCH', '/sessions', 'DELETE, GET, HEAD'],
    ['POST', `/persons/${id}`, 'DELETE, GET, HEAD, PATCH, PUT'], ['POST', '/health/live', 'GET, HEAD'], ['DELETE', '/.well-known/jwks.json', 'GET, HEAD'], ['OPTIONS', '/refresh', 'POST'], ['HEAD', '/logout', 'POST'], ['GET', '/login?x=1', 'POST']
  ]
  for (const [method, url, allow] of table) t.match(await client.request(method, url), { status: 405, headers: { allow } }, `${method} ${url}`)
})

t.test('the body of such a request is not looked at', async (t) => {
  t.match(await client.put('/login', { body: '{', headers: { 'content-type': 'text/plain' } }), { status: 405, code: 'method_not_allowed' })
})

t.test('a method that HTTP knows and nobody takes is 405 on a known address and 404 elsewhere', async (t) => {
  const send = overSocket(origin)
  for (const method of ['TRACE', 'PROPFIND', 'SEARCH', 'PURGE', 'LINK', 'M-SEARCH', 'COPY']) {
    t.equal((await send({ method, url: '/login', headers: {}, body: undefined })).status, 405, method)
    t.equal((await send({ method, url: '/nowhere', headers: {}, body: undefined })).status, 404, method)
  }
})

t.test('a method that HTTP does not know is refused by the parser, as a problem', async (t) => {
  const reply = await sendRaw(origin, 'HACK /login HTTP/1.1\r\nHost: x\r\n\r\n')
  t.match({ status: reply.status, body: JSON.parse(reply.text) }, { status: 400, body: { code: 'malformed_request' } })
})

t.test('a part of an address is not the address', async (t) => {
  for (const url of ['/log', '/login/x', '/loginx', '/persons/a/b', '/healthxlive', '/x/login']) t.match(await client.request('TRACE', url), { status: 404, code: 'not_found' }, url)
})
