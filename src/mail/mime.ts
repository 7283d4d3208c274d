// A message in the form that nodemailer takes: the headers, and what may not stand in one.
import type { SendMailOptions } from 'nodemailer'
import { MailRefused, type Message } from './mailer.js'
import { readSender } from './sender.js'

/** Throws MailRefused for a recipient, subject or id that could begin another header (RFC 5322 §2.2). */
export function toMime ({ id, from, to, subject, text, html }: Message): SendMailOptions {
  const sender = readSender(from)
  if (sender === null) throw new Error('MAIL_FROM is not an address, nor a name and an address.')
  for (const value of [id, to, subject]) {
    if (/\p{Cc}/u.test(value)) throw new MailRefused('A header of the message would hold control characters.', { permanent: true })
  }
  return {
    from: { name: sender.name, address: sender.address },
    // An object, so that a comma in an address cannot make two of it.
    to: { name: '', address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${sender.domain}>`,
    // RFC 3834 §5: no vacation message answers it.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true
  }
}
