// An SMTP server on loopback that keeps what it accepts, and can be slow, refuse, or be killed.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'
import { freePort } from '../../scripts/mongodb-server.js'
import { readSmtpServer, type SmtpServer } from '../../src/mail/smtp-server.js'

/** What a peer answers instead of yes: the code and, where it is not to be at once, after how many milliseconds. */
export interface Mood { rcpt?: number, data?: number, from?: number, greetingMilliseconds?: number, dataMilliseconds?: number }

export interface Received { from: string, to: string, secure: boolean, user: string | undefined, raw: string, mail: ParsedMail }

export interface Peer {
  readonly port: number
  readonly received: Received[]
  mood: Mood
  /** How many transactions were begun. */
  tries: number
  /** Called when a message is in, before it is accepted; true: say nothing more. */
  onMessage: () => boolean
  /** Cuts all connections, without a word. */
  cut (): void
  /** Cuts them and listens no more. */
  kill (): Promise<void>
  /** Listens again, on the same port. */
  revive (): Promise<void>
}

/** What an SMTP_URL says. */
export const serverAt = (url: string): SmtpServer => readSmtpServer(url) as SmtpServer

const no = (responseCode: number): Error => Object.assign(new Error('a refusal of the test'), { responseCode })
const later = async (milliseconds = 0): Promise<void> => { await new Promise((resolve) => setTimeout(resolve, milliseconds)) }

export async function startPeer (t: Test, options: SMTPServerOptions = {}): Promise<Peer> {
  let server: SMTPServer
  // One that nobody else is given while it is killed.
  const port = await freePort()
  let cuts = 0
  let sockets = new Set<Socket>()
  const peer: Peer = {
    port,
    received: [],
    mood: {},
    tries: 0,
    onMessage: () => false,
    cut () {
      cuts += 1
      for (const socket of sockets) socket.destroy()
    },
    async kill () {
      const closed = once(server.server, 'close')
      server.server.close()
      peer.cut()
      await closed
    },
    revive: listen
  }

  async function take (stream: SMTPServerDataStream): Promise<string> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('latin1')
  }

  async function listen (): Promise<void> {
    sockets = new Set()
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: options.cert === undefined ? ['STARTTLS'] : [],
      logger: false,
      onConnect: (_session, done) => { void later(peer.mood.greetingMilliseconds).then(() => { done() }) },
      onAuth: ({ username }, _session, done) => { done(null, { user: username }) },
      onMailFrom: (_address, _session, done) => {
        peer.tries += 1
        done(peer.mood.from === undefined ? null : no(peer.mood.from))
      },
      onRcptTo: (_address, _session, done) => { done(peer.mood.rcpt === undefined ? null : no(peer.mood.rcpt)) },
      onData: (stream, session, done) => {
        void (async () => {
          const raw = await take(stream)
          await later(peer.mood.dataMilliseconds)
          if (peer.mood.data !== undefined) { done(no(peer.mood.data)); return }
          if (peer.onMessage()) return
          const { mailFrom, rcptTo } = session.envelope
          const cutsBefore = cuts
          const mail = await simpleParser(raw)
          // Cut meanwhile, on behalf of another connection: nobody will hear that it was accepted.
          if (cuts !== cutsBefore) return
          peer.received.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address).join(), secure: session.secure, user: session.user, raw, mail })
          done()
        })().catch(() => undefined)
      },
      ...options
    })
    server.on('error', () => undefined)
    // Never the plain socket beneath TLS: destroying it after a handshake that failed crashes Node 20.
    server.server.on(options.secure === true ? 'secureConnection' : 'connection', (socket: Socket) => { sockets.add(socket) })
    server.listen(port, '127.0.0.1')
    await once(server.server, 'listening')
  }

  await listen()
  t.teardown(async () => { if (server.server.listening) await peer.kill() })
  return peer
}
