// Reads a JWT's text without believing it: only the one spelling that this service itself writes.

/** No token of ours comes near it; the guard refuses longer Authorization headers unread. */
export const maxTokenCharacters = 4096

export interface TokenText { header: unknown, payload: unknown }

/**
 * Header and claims of a compact JWS (RFC 7515 §7.1), or null unless it is spelled exactly as this service spells tokens: three parts,
 * each canonical base64url (RFC 4648 §3.5), JSON without white space or repeated members. RFC 8725 §2.4 warns
 * of parsers that disagree; a text with one reading leaves them nothing to disagree on. Proves no signature.
 */
export function readTokenText (text: string): TokenText | null {
  if (text.length > maxTokenCharacters) return null
  const parts = text.split('.')
  const [header, payload, signature] = parts
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) return null
  if (signature === '' || spell(Buffer.from(signature, 'base64url')) !== signature) return null
  const headerValue = readJson(header)
  const payloadValue = readJson(payload)
  return headerValue === undefined || payloadValue === undefined ? null : { header: headerValue, payload: payloadValue }
}

function readJson (part: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return spell(Buffer.from(JSON.stringify(value))) === part ? value : undefined
  } catch {
    return undefined
  }
}

function spell (bytes: Buffer): string {
  return bytes.toString('base64url')
}
