// The headers of every answer, whatever it is.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { listen, overSocket, sendRaw } from '../helpers/transports.js'

const always = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' }

t.test('answers, refusals, faults, unknown addresses and what is no request carry them', async (t) => {
  const { app, client } = await createTestApp(t)
  for (const url of ['/health/live', '/profile', '/nowhere', '/%', `/persons/${'x'.repeat(300)}`, '/openapi.json']) t.match((await client.get(url)).headers, always, url)
  t.match((await client.post('/login', { json: {} })).headers, always)
  t.match((await client.request('OPTIONS', '/login')).headers, { ...always, allow: 'POST' })
  const origin = await listen(app)
  const send = overSocket(origin)
  t.match((await send({ method: 'GET', url: '/health/live', headers: {}, body: undefined })).headers, { ...always, 'x-request-id': /^[A-Za-z0-9_-]{16}$/ })
  t.match((await sendRaw(origin, 'nonsense\r\n\r\n')).headers, { ...always, 'x-request-id': /^[A-Za-z0-9_-]{16}$/ })
  const { headers } = await client.get('/health/live')
  t.notOk('server' in headers || 'x-powered-by' in headers || 'strict-transport-security' in headers)
})

t.test('where clients come over TLS the browser is told to stay there', async (t) => {
  const { client } = await createTestApp(t, { environment: { PUBLIC_URL: 'https://auth.example.com' } })
  for (const url of ['/health/live', '/nowhere', '/%']) t.match((await client.get(url)).headers, { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }, url)
})
