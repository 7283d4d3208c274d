// Mail: the queue that writes fill, and the worker that empties it through SMTP, or into files where there is no server.
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createAudit } from '../src/audit.js'
import { createComposer } from '../src/mail/compose.js'
import { createMailLimit } from '../src/mail/limit.js'
import { createMailLinks } from '../src/mail/links.js'
import { createOutboxMailer } from '../src/mail/outbox.js'
import { createMailQueue, type MailQueue } from '../src/mail/queue.js'
import { createSmtpMailer } from '../src/mail/smtp.js'
import { createMailWorker, type MailWorker } from '../src/mail/worker.js'
import { mailsAnHour } from '../src/recovery.js'
import { createSealer } from '../src/seal.js'

declare module 'fastify' {
  interface FastifyInstance {
    mailQueue: MailQueue
    mailWorker: MailWorker
  }
}

export default fp(async function mail (app: FastifyInstance) {
  const { config, stores, clock, log: logger } = app
  const folder = join(config.dataDir, 'outbox')
  const mailer = config.mail.smtp === null ? createOutboxMailer({ folder, logger, clock }) : createSmtpMailer({ server: config.mail.smtp })
  const queue = createMailQueue({ store: stores.mails, sealer: createSealer(config.authSecret, 'mail'), clock })
  const links = createMailLinks({ authSecret: config.authSecret, store: stores.oneTimeTokens, clock })
  const limit = createMailLimit({ counters: stores.counters, clock, places: mailsAnHour })
  const audit = createAudit({ store: stores.audit, clock })
  const compose = createComposer({ stores, links, limit, audit, clock, config: config.mail })
  const worker = createMailWorker({ store: stores.mails, queue, compose, mailer, from: config.mail.from, clock, logger })
  app.decorate('mailQueue', queue)
  app.decorate('mailWorker', worker)

  app.addHook('onReady', async () => { worker.start() })
  app.addHook('onClose', async function stopMail () {
    await worker.stop()
    await mailer.close()
  })
}, { name: 'mail', dependencies: ['context', 'stores'] })
