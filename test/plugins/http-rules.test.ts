// What HTTP/1.1 asks of every request: refused in the form of every other refusal.
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { listen, sendRaw } from '../helpers/transports.js'

const { app, log } = await createTestApp(t)
const origin = await listen(app)
const ask = async (head: string) => {
  const { status, headers, text } = await sendRaw(origin, `GET /health/live ${head}\r\n\r\n`)
  return { status, headers, body: JSON.parse(text) as Record<string, unknown> }
}

t.test('a request without a Host is refused, as a problem, and the connection closed', async (t) => {
  const { status, headers, body } = await ask('HTTP/1.1')
  t.match({ status, headers, body }, { status: 400, headers: { connection: 'close', 'content-type': 'application/problem+json; charset=utf-8', 'x-content-type-options': 'nosniff' }, body: { code: 'host_missing', requestId: headers['x-request-id'] } })
  t.match(log.lines('request').at(-1), { route: '/health/live', status: 400 })
})

t.test('HTTP/1.0 knows no Host', async (t) => {
  t.match(await ask('HTTP/1.0'), { status: 200, body: { status: 'live' } })
})

t.test('of two Hosts none counts: the request is refused, as a problem, and the connection closed', async (t) => {
  for (const head of ['HTTP/1.1\r\nHost: x\r\nHost: y', 'HTTP/1.1\r\nHost: x\r\nhOST: x', 'HTTP/1.0\r\nHost: x\r\nHost: y']) {
    t.match(await ask(head), { status: 400, headers: { connection: 'close', 'content-type': 'application/problem+json; charset=utf-8' }, body: { code: 'malformed_request' } }, head)
  }
  t.match(await ask('HTTP/1.1\r\nHost: x\r\nConnection: close'), { status: 200 }, 'the control: one')
})

t.test('an expectation that nobody here meets is refused, as a problem', async (t) => {
  t.match(await ask('HTTP/1.1\r\nHost: x\r\nExpect: a-miracle'), { status: 417, headers: { connection: 'close', 'content-type': 'application/problem+json; charset=utf-8' }, body: { code: 'expectation_failed' } })
})

t.test('100-continue is met, in any case', async (t) => {
  for (const word of ['100-continue', '100-Continue']) {
    const { status, text } = await sendRaw(origin, `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: ${word}\r\n\r\n`)
    t.equal(status, 100, word)
    t.match(text, /^HTTP\/1\.1 200 OK\r\n/, word)
  }
})
