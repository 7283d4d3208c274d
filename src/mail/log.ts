// What mail tells the log: never an address in plain, never a link.

/** The part of a logger (pino's) that is used here. */
export interface MailLog {
  info (facts: object, text: string): void
  warn (facts: object, text: string): void
  error (facts: object, text: string): void
}

/** Enough of an address to recognise it by, if one knows it: `a***@example.org`. */
export function maskAddress (address: string): string {
  const at = address.lastIndexOf('@')
  return at < 1 ? '***' : `${address.slice(0, 1)}***${address.slice(at)}`
}
