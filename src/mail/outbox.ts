// Mail without a mail server: each message is a file that any mail program opens. For development.
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../clock.js'
import { makeFolder } from '../folders.js'
import { once } from '../once.js'
import type { Mailer } from './mailer.js'
import { toMime } from './mime.js'
import type { MailLog } from './log.js'

export interface OutboxOptions { folder: string, logger: MailLog, clock?: Clock }

/** Files are named by time and mail id, and are their owner's alone (mode 600): they hold links. */
export function createOutboxMailer ({ folder, logger, clock = systemClock }: OutboxOptions): Mailer {
  const openTransport = once(async () => (await import('nodemailer')).createTransport({ streamTransport: true, buffer: true, newline: 'windows' }))

  async function write (path: string, content: Buffer): Promise<void> {
    const half = `${path}.part`
    try {
      const file = await open(half, 'w', 0o600)
      try {
        await file.writeFile(content)
      } finally {
        await file.close()
      }
      await rename(half, path)
    } catch (error) {
      await rm(half, { force: true })
      throw error
    }
  }

  return {
    async send (message) {
      const { message: content } = await (await openTransport()).sendMail(toMime(message))
      makeFolder(folder, 0o700)
      const path = join(folder, `${clock().toISOString().replaceAll(':', '-')}-${message.id}.eml`)
      await write(path, content as Buffer)
      logger.info({ path }, 'wrote a mail')
    },
    async close () {
      // Nothing is held open between two messages.
    }
  }
}
