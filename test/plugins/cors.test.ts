// Cross-origin requests: an exact allow-list, and nothing without one.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'

const app = 'https://app.example.com'

t.test('without CORS_ORIGINS no origin is let in', async (t) => {
  const { client } = await createTestApp(t)
  const { headers } = await client.get('/health/live', { headers: { origin: app } })
  t.equal(headers['access-control-allow-origin'], undefined)
  t.match(await client.request('OPTIONS', '/login', { headers: { origin: app, 'access-control-request-method': 'POST' } }), { status: 405, code: 'method_not_allowed' })
})

t.test('with an allow-list', async (t) => {
  const CORS_ORIGINS = `${app}, http://localhost:8100, capacitor://localhost,ionic://localhost`
  const { client } = await createTestApp(t, { environment: { CORS_ORIGINS } })

  await t.test('a listed origin is let in, by name, and caches are told', async (t) => {
    for (const origin of [app, 'http://localhost:8100', 'capacitor://localhost', 'ionic://localhost']) {
      const { headers } = await client.get('/health/live', { headers: { origin } })
      t.match(headers, { 'access-control-allow-origin': origin, vary: /Origin/i, 'access-control-expose-headers': /x-request-id/ })
      t.equal(headers['access-control-allow-credentials'], undefined)
    }
  })

  await t.test('null and look-alikes are not', async (t) => {
    for (const origin of [
      'null', 'https://app.example.com.evil.com', 'https://evil-app.example.com', 'http://app.example.com', 'https://app.example.com:8443',
      'https://APP.example.com/', 'https://localhost:8100', '*', 'capacitor://localhost:1', 'ionic://localhost.evil.com', 'app://localhost'
    ]) {
      const { headers } = await client.get('/health/live', { headers: { origin } })
      t.equal(headers['access-control-allow-origin'], undefined, origin)
      t.match(headers.vary, /Origin/i, origin)
    }
  })

  await t.test('a preflight names the methods and headers that count, on guarded addresses too', async (t) => {
    const { status, headers } = await client.request('OPTIONS', '/persons', { headers: { origin: app, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,if-match,x-access-token' } })
    t.equal(status, 204)
    t.match(headers, { 'access-control-allow-origin': app, 'access-control-allow-methods': /PUT.*PATCH.*DELETE/, 'access-control-allow-headers': /authorization.*if-match.*x-access-token/, 'access-control-max-age': '600' })
  })

  await t.test('a refusal can be read by the page that got it', async (t) => {
    for (const [url, status] of [['/profile', 401], ['/nowhere', 404]] as const) t.match(await client.get(url, { headers: { origin: app } }), { status, headers: { 'access-control-allow-origin': app } }, url)
    t.match(await client.delete('/login', { headers: { origin: app } }), { status: 405, headers: { 'access-control-allow-origin': app, allow: 'POST' } })
  })

  await t.test('an OPTIONS that is no preflight is answered without a page of text', async (t) => {
    t.match(await client.request('OPTIONS', '/login'), { status: 204, text: '' })
  })
})
