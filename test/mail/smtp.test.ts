// Sending through a real SMTP peer: encrypted where it can be, bounded in time, and right about whose fault a failure is.
import t, { type Test } from 'tap'
import { type Mailer, MailRefused, type Message } from '../../src/mail/mailer.js'
import { readSender } from '../../src/mail/sender.js'
import { createSmtpMailer, type SmtpOptions } from '../../src/mail/smtp.js'
import { readSmtpServer } from '../../src/mail/smtp-server.js'
import { selfSigned } from './certificate.js'
import { leastOfThree, timed } from '../helpers/until.js'
import { type Peer, serverAt, startPeer } from './peer.js'

const { key, cert } = selfSigned()
const message: Message = { id: '0193-a', from: '"Gate & house" <no-reply@example.org>', to: 'ada@example.org', subject: 'Grüße: reset', text: 'Zwölf\n.\nlines', html: '<p>Zwölf</p>' }

/** For what is to be given up. Whatever else is sent is waited for as it usually is: the machine may be busy. */
const impatient = { waits: { connect: 1000, answer: 1000, message: 30_000 } }

function mailerTo (t: Test, peer: Peer, more: Partial<SmtpOptions> = {}, scheme = 'smtp'): Mailer {
  const mailer = createSmtpMailer({ server: serverAt(`${scheme}://127.0.0.1:${peer.port}`), ...more })
  t.teardown(() => mailer.close())
  return mailer
}

async function failureOf (promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('The test expected a failure.')
}

void t.test('A message arrives as it was written, with the headers of an automatic one and nothing besides', async t => {
  const peer = await startPeer(t)
  await mailerTo(t, peer).send(message)
  const [received] = peer.received
  t.same([received?.from, received?.to, received?.secure], ['no-reply@example.org', 'ada@example.org', false])
  t.same([received?.mail.subject, received?.mail.text?.trim(), received?.mail.messageId], ['Grüße: reset', 'Zwölf\n.\nlines', '<0193-a@example.org>'])
  t.equal(received?.mail.html, '<p>Zwölf</p>')
  t.equal(received?.mail.from?.text, '"Gate & house" <no-reply@example.org>')
  t.match(received?.raw, /^Auto-Submitted: auto-generated\r$/m)
  t.notMatch(received?.raw, /^X-Mailer|^User-Agent/mi)
})

void t.test('STARTTLS is used where it is offered, TLS from the start with smtps:, and only with a certificate that is trusted', async t => {
  const upgrading = await startPeer(t, { key, cert })
  await mailerTo(t, upgrading, { ca: cert }).send(message)
  const encrypted = await startPeer(t, { key, cert, secure: true })
  await mailerTo(t, encrypted, { ca: cert }, 'smtps').send(message)
  t.same([...upgrading.received, ...encrypted.received].map(({ secure }) => secure), [true, true])
  for (const [peer, scheme] of [[upgrading, 'smtp'], [encrypted, 'smtps']] as const) {
    const failure = await failureOf(mailerTo(t, peer, {}, scheme).send(message))
    t.match(failure.message, /self.signed/i)
    t.notOk(failure instanceof MailRefused)
    t.equal(peer.received.length, 1)
  }
})

void t.test('A user and a password from the URL log in', async t => {
  const peer = await startPeer(t, { key, cert })
  await mailerTo(t, peer, { ca: cert, server: serverAt(`smtp://us%40er:p%3Aw@127.0.0.1:${peer.port}`) }).send(message)
  t.equal(peer.received[0]?.user, 'us@er')
})

void t.test('What is wrong with one message is told from what is wrong with the server', async t => {
  const peer = await startPeer(t)
  const mailer = mailerTo(t, peer)
  const table: Array<[Peer['mood'], 'permanent' | 'for now' | 'server']> = [
    [{ rcpt: 550 }, 'permanent'], [{ rcpt: 451 }, 'for now'], [{ data: 554 }, 'for now'], [{ data: 451 }, 'for now'], [{ from: 550 }, 'for now'],
    [{ rcpt: 421 }, 'server'], [{ data: 421 }, 'server']
  ]
  for (const [mood, whose] of table) {
    peer.mood = mood
    const failure = await failureOf(mailer.send(message))
    const found = failure instanceof MailRefused ? failure.permanent ? 'permanent' : 'for now' : 'server'
    t.equal(found, whose, `${JSON.stringify(mood)}: ${failure.message}`)
  }
  peer.mood = { dataMilliseconds: 1500 }
  t.notOk(await failureOf(mailerTo(t, peer, impatient).send(message)) instanceof MailRefused, 'who says nothing of it has not refused it')
  peer.mood = {}
  await mailer.send(message)
  t.ok(peer.received.length >= 1, 'a good one goes through afterwards')
})

void t.test('A peer that is away or silent is given up in time', async t => {
  const peer = await startPeer(t)
  peer.mood = { greetingMilliseconds: 1500 }
  const took = await leastOfThree(3000, async () => await timed(async () => {
    t.match(await failureOf(mailerTo(t, peer, impatient).send(message)), { code: 'ETIMEDOUT' })
  }))
  t.ok(took < 3000, `${Math.round(took)} ms`)
  peer.mood = { dataMilliseconds: 600 }
  t.match(await failureOf(mailerTo(t, peer, { waits: { connect: 30_000, answer: 30_000, message: 100 } }).send(message)), { name: 'AbortError' }, 'the whole message has a bound of its own')
  const breakOff = new AbortController()
  const given = failureOf(mailerTo(t, peer).send(message, breakOff.signal))
  breakOff.abort()
  t.match(await given, { name: 'AbortError' })
  await peer.kill()
  t.match(await failureOf(mailerTo(t, peer).send(message)), { code: 'ESOCKET' })
})

void t.test('A connection that breaks off fails the message at once: trying again is for the queue, which counts', async t => {
  const peer = await startPeer(t)
  let cuts = 0
  peer.onMessage = () => {
    cuts += 1
    if (cuts === 1) peer.cut()
    return cuts === 1
  }
  const mailer = mailerTo(t, peer)
  t.match(await failureOf(mailer.send(message)), { code: 'ECONNECTION' })
  t.equal(peer.tries, 1)
  await mailer.send(message)
  t.equal(peer.received.length, 1)
})

void t.test('No header can be made to begin another, and no recipient to be two', async t => {
  const peer = await startPeer(t)
  const mailer = mailerTo(t, peer)
  for (const part of [{ subject: 'a\r\nBcc: evil@example.org' }, { subject: 'a\nb' }, { to: 'ada@example.org\r\nRCPT TO:<evil@example.org>' }, { id: 'a\r\nX: y' }]) {
    t.match(await failureOf(mailer.send({ ...message, ...part })), { name: 'MailRefused', permanent: true })
  }
  t.match(await failureOf(mailer.send({ ...message, from: 'Gate\r\nhouse <a@example.org>' })), { message: /MAIL_FROM/ })
  for (const to of ['', 'ada@example.org,evil@example.org']) t.match(await failureOf(mailer.send({ ...message, to })), { name: 'MailRefused', permanent: true }, to)
  t.equal(peer.received.filter(({ to }) => to.includes(',') || to === 'evil@example.org').length, 0)
})

void t.test('SMTP_URL is read strictly, and a password goes out encrypted or not at all', t => {
  t.same(readSmtpServer('smtp://mail.example.org'), { host: 'mail.example.org', port: 587, secure: false, requireTLS: false })
  t.same(readSmtpServer('smtps://u:p@mail.example.org/'), { host: 'mail.example.org', port: 465, secure: true, requireTLS: true, auth: { user: 'u', pass: 'p' } })
  t.same(readSmtpServer('smtp://u:p%25%40@[::1]:2525'), { host: '::1', port: 2525, secure: false, requireTLS: false, auth: { user: 'u', pass: 'p%@' } })
  t.equal(readSmtpServer('smtp://u:p@mail.example.org')?.requireTLS, true)
  t.equal(readSmtpServer('smtp://u:p@127.0.0.2')?.requireTLS, false)
  t.equal(readSmtpServer('smtp://u:p@127.mail.example.org')?.requireTLS, true, 'a name that only begins like a loopback address')
  const wrong = ['smtp://:secret@h', '', 'mail.example.org', 'http://mail.example.org', 'smtp://', 'smtp://h/path', 'smtp://u:secret@h?tls=no', 'smtp://u:12#34@h', 'smtp://u:50%@h', 'smtp://50%:p@h']
  for (const url of wrong) t.equal(readSmtpServer(url), null, url)
  t.end()
})

void t.test('MAIL_FROM is an address, or a name and an address', t => {
  t.same(readSender('no-reply@Example.org'), { name: '', address: 'no-reply@example.org', domain: 'example.org' })
  t.same(readSender('Gate house <no-reply@example.org>'), { name: 'Gate house', address: 'no-reply@example.org', domain: 'example.org' })
  t.same(readSender('"Gate, house" <a@example.org>')?.name, 'Gate, house')
  for (const text of ['', 'nobody', 'A <b>', 'A\nB <a@example.org>', 'a@example.org, b@example.org', '<a@example.org> x']) t.equal(readSender(text), null, text)
  t.end()
})
