// The end of a process whose database is slow. A file has no latency: on a server alone.
import t from 'tap'
import { startFaultProxy } from '../../proof/fault-proxy.js'
import { testEnvironment } from '../helpers/config.js'
import { onMongo } from '../helpers/database.js'
import { startService } from '../helpers/process.js'
import { overSocket } from '../helpers/transports.js'
import { until } from '../helpers/until.js'

/** Less than a verb may take, and so much that the verbs of a registration take longer than a stop may. */
const latency = { kind: 'latency', milliseconds: 1300 } as const

t.test('who still waits for it is told 503, and the process ends with 0', { skip: onMongo ? false : 'for a database on a server' }, async (t) => {
  const environment = testEnvironment(t)
  const proxy = await startFaultProxy(String(environment.DATABASE_URL))
  t.teardown(async () => { await proxy.close() })
  const service = await startService(t, { ...environment, DATABASE_URL: proxy.url })
  await proxy.suffer(latency)
  let isSent = false
  const json = { email: 'waits@example.com', password: 'a fine password of the tests' }
  const answer = overSocket(service.origin)({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }, () => { isSent = true })
  await until(async () => isSent)
  t.same(await service.stop(), { code: 0, signal: null })
  t.equal((await answer).status, 503)
})
