// Sends through an SMTP server: a small pool of connections, every wait bounded, certificates checked.
import { onceResolved } from '../once.js'
import { type Mailer, MailRefused } from './mailer.js'
import { toMime } from './mime.js'
import type { SmtpServer } from './smtp-server.js'

export interface SmtpOptions {
  server: SmtpServer
  /** Certificates, in PEM, to trust in place of the system's. */
  ca?: string
  /** How long, in milliseconds, to wait for a connection and for each answer, and for a message altogether. */
  waits?: { connect: number, answer: number, message: number }
  connections?: number
}

// A server that is silent for longer is taken for gone: together with the longest back-off (30 s) less than a minute. RFC 5321
// §4.5.3.2.6 would have us wait ten minutes for the last reply; one that comes later than this leads to a second copy, which the same
// Message-ID gives away.
const defaultWaits = { connect: 15_000, answer: 25_000, message: 120_000 }

export function createSmtpMailer ({ server, ca, waits = defaultWaits, connections = 3 }: SmtpOptions): Mailer {
  /** Nodemailer is loaded with the first message: the service is to listen before. */
  const open = onceResolved(async () => (await import('nodemailer')).createTransport({
    pool: true,
    ...server,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
    maxConnections: connections,
    // A message whose connection closed goes back to the queue in the store, which counts and backs off.
    maxRequeues: 0,
    idleTimeout: 10_000,
    dnsTimeout: waits.connect,
    connectionTimeout: waits.connect,
    greetingTimeout: waits.connect,
    socketTimeout: waits.answer,
    socketCloseTimeout: 1000
  }))
  let used = false

  return {
    async send (message, signal) {
      used = true
      const transport = await open()
      const bound = AbortSignal.timeout(waits.message)
      try {
        await transport.sendMail({ ...toMime(message), signal: signal === undefined ? bound : AbortSignal.any([bound, signal]) })
      } catch (error) {
        throw asRefusal(error) ?? error
      }
    },
    async close () {
      if (used) (await open()).close()
    }
  }
}

/** What is wrong with this message, rather than with the server: 421 (RFC 5321 §3.8) and what is said to the connection are not. */
function asRefusal (error: unknown): MailRefused | null {
  const { responseCode, command, code } = error as { responseCode?: number, command?: string, code?: string }
  if (responseCode === 421 || (code !== 'EENVELOPE' && code !== 'EMESSAGE')) return null
  // Only the recipient is beyond hope: what a server holds against sender or content, its operator may mend.
  const permanent = responseCode === undefined || (responseCode >= 500 && command === 'RCPT TO')
  return new MailRefused(`The mail server answered ${responseCode ?? 'nothing: the message was not fit to be sent'}.`, { permanent, cause: error })
}
