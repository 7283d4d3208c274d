// What sends a message: SMTP (smtp.ts), or files in a folder (outbox.ts).

/** A message as it goes out. `from` is an address, or `Name <address>`; `to` is one address. */
export interface Message {
  /** The mail's id. The Message-ID comes from it: the same at every try, so that a receiver can tell a repetition. */
  id: string
  from: string
  to: string
  subject: string
  text: string
  html: string
}

export interface Mailer {
  /** Resolves when the next hop has taken the message. Rejects with MailRefused where the server would not have this one, and
   * with any other Error where none could go out now. `signal` gives a try up. */
  send (message: Message, signal?: AbortSignal): Promise<void>
  close (): Promise<void>
}

/** The server answered, and refused this message or its recipient: others may go through. */
export class MailRefused extends Error {
  /** It will be refused again: a 5yz reply to RCPT (RFC 5321 §4.2.1), or a message that cannot be sent at all. */
  readonly permanent: boolean
  constructor (message: string, { permanent, cause }: { permanent: boolean, cause?: unknown }) {
    super(message, { cause })
    this.name = 'MailRefused'
    this.permanent = permanent
  }
}
