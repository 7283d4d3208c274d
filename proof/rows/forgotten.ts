// SECURITY.md F: mail that somebody else has sent to an address.
import { overSocket } from '../../test/helpers/transports.js'
import { openStores } from '../../src/stores/open.js'
import { tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import { during, type Scene } from '../scene.js'
import { startSmtpPeer } from '../smtp-peer.js'

const mailsAnHour = 3
/** A slow store takes its time; what is asked is how many mails, not how soon. */
const drainedWithin = 1_800_000

/** Resolves with the milliseconds until the queue of mail is empty; a store that is too busy to say has not emptied it. */
async function drain ({ databaseUrl }: Scene): Promise<number> {
  const { stores, close } = await openStores({ databaseUrl })
  try {
    return await during(drainedWithin, async () => await stores.mails.count().catch(() => null) === 0, 'the queue of mail was not empty')
  } finally {
    await close()
  }
}

export const forgotten: Row = {
  section: 'F',
  name: 'forgot-flood',
  title: 'forgot-password × 1000 for one address, and for one that nobody has, each request from an address of its own',
  asked: `≤ ${mailsAnHour} mails an hour, answers the same`,
  stores,
  async run (scene) {
    const times = scene.long ? 1000 : 40
    const peer = await startSmtpPeer()
    try {
      const { client, origin, stop } = await scene.start({ THROTTLE: 'on', TRUST_PROXY: '127.0.0.1/32', SMTP_URL: peer.url, EMAIL_VERIFICATION: 'off' })
      const { email } = await client.register()
      const send = overSocket(origin)
      const left = Array.from({ length: times * 2 }, (_, index) => ({ index, to: index % 2 === 0 ? email : 'nobody@example.com' }))
      const looks = new Set<string>()
      const statuses: number[] = []
      await Promise.all(Array.from({ length: 20 }, async () => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const headers = { 'content-type': 'application/json', 'x-forwarded-for': `198.51.${next.index >> 8}.${next.index & 255}` }
          const { status, text, headers: { 'content-type': type, 'content-length': length } } = await send({ method: 'POST', url: '/password/forgot', headers, body: JSON.stringify({ email: next.to }) })
          statuses.push(status)
          looks.add(JSON.stringify([status, text, type, length]))
        }
      }))
      const drained = await drain(scene)
      await stop()
      const mails = peer.accepted.filter(({ to }) => to === email).length
      const others = peer.accepted.length - mails
      return {
        passed: mails === mailsAnHour && others === 0 && looks.size === 1 && statuses.every((status) => status === 202),
        figure: `${tally(statuses)}${looks.size === 1 ? ', all the same' : `, of ${looks.size} looks`}; ${mails} mails to the address, ${others} elsewhere; the queue empty ${(drained / 1000).toFixed(1)} s after`
      }
    } finally {
      await peer.close()
    }
  }
}
