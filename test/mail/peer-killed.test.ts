// The mail server is killed in the middle of many registrations, and started again: every account's mail arrives, once. (Of 200, on both
// stores: `npm run prove -- --only smtp-killed`.)
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { freePort } from '../../scripts/mongodb-server.js'
import { temporaryFolder, testEnvironment } from '../helpers/config.js'
import { startService } from '../helpers/process.js'
import { createSmtpProcess } from '../helpers/smtp-process.js'
import { overSocket } from '../helpers/transports.js'
import { until } from '../helpers/until.js'

const count = 80

t.test('every mail arrives once, whatever becomes of the mail server meanwhile', { timeout: 120_000 }, async (t) => {
  const peer = createSmtpProcess(await freePort(), join(temporaryFolder(t), 'delivered'))
  t.teardown(() => peer.kill())
  await peer.start()
  const service = await startService(t, { ...testEnvironment(t), HASH_QUEUE: '300', SMTP_URL: peer.url })
  const send = overSocket(service.origin)
  const emails = Array.from({ length: count }, (_, index) => `mailbox-${index}@example.com`)
  const register = async (some: string[]) => await Promise.all(some.map(async (email) => {
    const body = JSON.stringify({ email, password: 'a fine password of the tests' })
    return (await send({ method: 'POST', url: '/register', headers: { 'content-type': 'application/json' }, body })).status
  }))
  const first = register(emails.slice(0, count / 2))
  await until(async () => peer.delivered().length >= count / 4)
  const second = register(emails.slice(count / 2))
  await peer.kill()
  const early = peer.delivered().length
  t.ok(early < count, `killed after ${early} mails`)
  await sleep(1500)
  await peer.start()
  t.same(new Set([...await first, ...await second]), new Set([201]), 'nobody who registers hears of it')
  await until(async () => new Set(peer.delivered().map(({ to }) => to)).size === count)
  t.same(await service.stop(), { code: 0, signal: null })
  const delivered = peer.delivered()
  t.same(delivered.map(({ to }) => to).sort(), [...emails].sort(), 'one mail a mailbox')
  t.equal(new Set(delivered.map(({ messageId }) => messageId)).size, count)
})
