// Clients that never get a request together: too slow, or gone before it is whole.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { createTestApp } from '../helpers/app.js'
import { listen, overSocket, sendRaw } from '../helpers/transports.js'
import { leastOfThree, timed, until } from '../helpers/until.js'

const { app, log } = await createTestApp(t)
const origin = await listen(app)
const isServing = async (): Promise<boolean> => (await overSocket(origin)({ method: 'GET', url: '/health/live', headers: {}, body: undefined })).status === 200

t.test('a client that takes too long over its headers is told 408, as a problem, within 7 s', async (t) => {
  const took = await leastOfThree(7000, async () => await timed(async () => {
    const reply = await sendRaw(origin, 'GET /health/live HTTP/1.1\r\nHost: x\r\n')
    t.match({ status: reply.status, body: JSON.parse(reply.text) }, { status: 408, body: { code: 'request_timeout', requestId: reply.headers['x-request-id'] } })
    t.match(log.lines('not a request').slice(-1), [{ status: 408, code: 'ERR_HTTP_REQUEST_TIMEOUT', requestId: reply.headers['x-request-id'] }])
  }))
  t.ok(took < 7000, `${Math.round(took)} ms`)
})

t.test('a client that goes away in the middle of a request harms nobody, and is no line of the log', async (t) => {
  const before = log.lines().length
  const gone = new Promise((resolve) => { app.server.once('clientError', resolve) })
  const accepted = once(app.server, 'connection') as Promise<[Socket]>
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('POST /login HTTP/1.1\r\nHost: x\r\nContent-Le')
  const [itsEnd] = await accepted
  await until(async () => itsEnd.bytesRead > 0)
  socket.resetAndDestroy()
  t.match(await gone, { code: 'ECONNRESET' })
  t.same(log.lines().slice(before), [])
  t.ok(await isServing())
})
