// SECURITY.md C: the mail server is killed while it takes in mail.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { password } from '../../test/helpers/client.js'
import { createSmtpProcess } from '../../test/helpers/smtp-process.js'
import { stores, type Row } from '../row.js'
import { during } from '../scene.js'

const accounts = 200

export const mailKilled: Row = {
  section: 'C',
  name: 'smtp-killed',
  title: `SIGKILL to the mail server in the middle of ${accounts} registrations over HTTP, three times, each time for 2 s`,
  asked: 'every registration is 201; each mailbox has its mail, and no message twice',
  stores,
  async run (scene) {
    const peer = createSmtpProcess(await scene.freePort(), join(scene.folder, 'delivered'))
    await peer.start()
    try {
      const { client, stop } = await scene.start({ SMTP_URL: peer.url, HASH_QUEUE: '300' })
      const emails = Array.from({ length: accounts }, (_, index) => `mailbox-${index}@example.com`)
      const registering = Promise.all(emails.map(async (email) => (await client.post('/register', { json: { email, password } })).status))
      const kills: number[] = []
      for (const share of [0.2, 0.4, 0.6]) {
        await during(120_000, async () => peer.delivered().length >= accounts * share, 'the mail server had not taken enough')
        await peer.kill()
        kills.push(peer.delivered().length)
        await sleep(2000)
        await peer.start()
      }
      const statuses = [...new Set(await registering)]
      const revived = performance.now()
      await during(120_000, async () => new Set(peer.delivered().map(({ to }) => to)).size === accounts, 'not every mailbox had its mail')
      const seconds = (performance.now() - revived) / 1000
      // A second copy would come when a lease has run out, at the latest.
      await sleep(scene.long ? 45_000 : 500)
      await stop()
      const delivered = peer.delivered()
      const twice = delivered.length - accounts
      return {
        passed: statuses.join() === '201' && twice === 0 && new Set(delivered.map(({ messageId }) => messageId)).size === accounts,
        figure: `killed after ${kills.join(', ')} mails; registrations answered ${statuses.join(', ')}; all ${accounts} there ${seconds.toFixed(1)} s after the last answer, ${twice} twice`
      }
    } finally {
      await peer.kill()
    }
  }
}
