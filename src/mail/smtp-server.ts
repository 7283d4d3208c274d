// Where mail is handed over and as whom, as SMTP_URL says it.
import { isIPv4 } from 'node:net'

export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the start (RFC 8314 §3.3); otherwise STARTTLS where it is offered. */
  readonly secure: boolean
  readonly requireTLS: boolean
  readonly auth?: { readonly user: string, readonly pass: string }
}

/** What an SMTP_URL must be, in words. */
export const smtpUrlForm = 'smtp://[user:password@]host[:port] or smtps://…, with @ : / ? # % and the like in a user or password percent-encoded'

/**
 * Of `smtp://[user:password@]host[:port]` or `smtps://…`; null where the text is neither, which it is not either where a user or password is
 * not percent-encoded (RFC 3986 §3.2.1).
 */
export function readSmtpServer (text: string): SmtpServer | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '' || !['', '/'].includes(url.pathname + url.search + url.hash)) return null
  const [user, pass] = [decoded(url.username), decoded(url.password)]
  // A password of nobody would not be used.
  if (user === null || pass === null || (user === '' && pass !== '')) return null
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const loopback = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
  return {
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    // A password goes over the net encrypted or not at all, whatever somebody between takes out of the greeting.
    requireTLS: user !== '' && !loopback,
    ...(user !== '' && { auth: { user, pass } })
  }
}

function decoded (part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
