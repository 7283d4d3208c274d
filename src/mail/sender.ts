// MAIL_FROM: who mail comes from.
import { canonicalEmail } from '../text.js'

export interface Sender { name: string, address: string, domain: string }

// No control characters, no quoting to take apart: a name with neither quotes nor angles, and an address.
const pattern = /^(?:"?([^"<>\p{Cc}]*?)"? ?<([^<>\s]+)>|([^<>\s]+))$/u

/** What `Name <address>`, or an address alone, says; null where the text is neither. */
export function readSender (text: string): Sender | null {
  const match = pattern.exec(text.trim())
  const address = canonicalEmail(match?.[2] ?? match?.[3] ?? '')
  return address === null ? null : { name: match?.[1]?.trim() ?? '', address, domain: address.slice(address.lastIndexOf('@') + 1) }
}
