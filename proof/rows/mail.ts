// SECURITY.md C: the mail server is down, slow, silent or refusing.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, password } from '../../test/helpers/client.js'
import { quantile } from '../load.js'
import { type Row, stores } from '../row.js'
import { during, type Scene } from '../scene.js'
import { type Mood, type SmtpPeer, startSmtpPeer } from '../smtp-peer.js'

const thereWithin = 60_000
/** How far the median of the time of an answer may be from the usual: so many milliseconds, or this share of it. */
const tolerance = { milliseconds: 25, share: 0.25 }
/** Registering mails a link to verify the address, forgetting the password one to set another. */
const mailsEach = 2

interface Asking { client: Client, pause: number }
interface Block { emails: string[], statuses: string[], register: number[], forgot: number[] }

/** Registers `count` accounts, each of which forgets its password at once; then a pause, so that the sending of its mail does not
 * count into the time of the next. */
async function ask ({ client, pause }: Asking, name: string, count: number): Promise<Block> {
  const emails = Array.from({ length: count }, (_, index) => `${name}-${index}@example.com`)
  const block: Block = { emails, statuses: [], register: [], forgot: [] }
  for (const email of emails) {
    const began = performance.now()
    const registered = await client.post('/register', { json: { email, password } })
    const between = performance.now()
    const forgot = await client.post('/password/forgot', { json: { email } })
    block.register.push(between - began)
    block.forgot.push(performance.now() - between)
    block.statuses.push(`${registered.status} and ${forgot.status}`)
    await sleep(pause)
  }
  return block
}

const mailsTo = ({ accepted }: SmtpPeer, emails: readonly string[]) => accepted.filter(({ to }) => emails.includes(to))

/** Resolves with the milliseconds until every address has its mails; rejects after a while. */
async function untilThere (peer: SmtpPeer, emails: readonly string[]): Promise<number> {
  const has = (email: string): boolean => new Set(mailsTo(peer, [email]).map(({ subject }) => subject)).size === mailsEach
  return await during(thereWithin * 2, async () => emails.every(has), 'not all mail was there')
}

const median = (values: readonly number[]): number => quantile(values, 0.5)

function isNear (times: readonly number[], usual: readonly number[]): boolean {
  return Math.abs(median(times) - median(usual)) <= Math.max(tolerance.milliseconds, median(usual) * tolerance.share)
}

/** A mail server in this mood for some time, and what became of the mail. */
async function suffer (scene: Scene, asking: Asking, peer: SmtpPeer, mood: Mood) {
  const count = scene.long ? 30 : 5
  const before = await ask(asking, `before-${mood.kind}`, count)
  await untilThere(peer, before.emails)
  await peer.become(mood)
  const began = performance.now()
  const block = await ask(asking, mood.kind, count)
  // Long enough that the service has tried again and again.
  await sleep(Math.max(0, (scene.long ? 40_000 : 1500) - (performance.now() - began)))
  const early = mailsTo(peer, block.emails).length
  await peer.become({ kind: 'well' })
  const there = await untilThere(peer, block.emails)
  const after = await ask(asking, `after-${mood.kind}`, count)
  await untilThere(peer, after.emails)
  // A second copy would come when a lease has run out, at the latest.
  await sleep(scene.long ? 45_000 : 500)
  const twice = mailsTo(peer, [...before.emails, ...block.emails, ...after.emails]).length - mailsEach * count * 3
  const usual = { register: [...before.register, ...after.register], forgot: [...before.forgot, ...after.forgot] }
  const statuses = [...new Set([before, block, after].flatMap(({ statuses }) => statuses))]
  const sameAnswers = statuses.join() === '201 and 202'
  const sameTime = isNear(block.register, usual.register) && isNear(block.forgot, usual.forgot)
  const ms = ({ register, forgot }: Pick<Block, 'register' | 'forgot'>): string =>
    `${Math.round(median(register))}/${Math.round(median(forgot))} ms`
  return {
    right: (mood.kind === 'slow' || early === 0) && sameAnswers && sameTime && there <= thereWithin && twice === 0,
    figure: `${mood.kind}: ${sameAnswers ? 'answers as always' : statuses.join(', ')}, ` +
      `register/forgot ${ms(block)} (well: ${ms(usual)}), ` +
      `${early} mails out meanwhile, all there ${(there / 1000).toFixed(1)} s after, ${twice} twice`
  }
}

export const mail: Row = {
  section: 'C',
  name: 'smtp',
  title: 'the mail server down, slow (each answer 3 s late), silent, refusing (421, 450 and 451 in turn), for 40 s each; ' +
    'accounts register and forget their passwords meanwhile',
  asked: `both answer as always, the median time within ${tolerance.share * 100} % or ${tolerance.milliseconds} ms; ` +
    `all mail is there ≤ ${thereWithin / 1000} s after it is well, none twice`,
  alone: true,
  stores,
  async run (scene) {
    const peer = await startSmtpPeer()
    try {
      const { client, stop } = await scene.start({ SMTP_URL: peer.url })
      const asking = { client, pause: scene.store === 'sqlite' ? 50 : 300 }
      const moods: Mood[] = [{ kind: 'down' }, { kind: 'slow', milliseconds: scene.long ? 3000 : 300 }, { kind: 'refusing' }]
      if (scene.long) moods.push({ kind: 'silent' })
      // The first answers of a process take longer, whatever the mail server does.
      await ask(asking, 'first', 5)
      const seen = []
      for (const mood of moods) seen.push(await suffer(scene, asking, peer, mood))
      await stop()
      return { passed: seen.every(({ right }) => right), figure: seen.map(({ figure }) => figure).join('; ') }
    } finally {
      await peer.close()
    }
  }
}
