// Canonical forms of text: one function for every route, store and import, so that two spellings of one thing meet.
import { domainToASCII } from 'node:url'

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
const domainName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** domainToASCII reads a URL's host and would drop a path or decode `%61`: of ASCII, only what a name may have gets there. */
const hostCharacters = /^[A-Za-z0-9.\u0080-\u{10ffff}-]+$/u
/** A name whose last label is a number is an IPv4 address in disguise (WHATWG URL §3.5). */
const numericEnd = /(?:^|\.)\d+$/
const ascii = /^[\x21-\x7e]+$/

/**
 * The canonical form of an e-mail address, or `null` where it is none: trimmed, the local part ASCII and in lower case
 * (so that U+212A and U+0131 cannot pass for k and i), the domain in its ASCII form (IDNA). At most 254 characters
 * (RFC 5321 §4.5.3.1), local part at most 64.
 */
export function canonicalEmail (text: string): string | null {
  const trimmed = text.trim()
  if (trimmed.length > 254) return null
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, Math.max(at, 0))
  if (local.length > 64 || !ascii.test(local) || !localPart.test(local)) return null
  const host = trimmed.slice(at + 1)
  if (!hostCharacters.test(host)) return null
  const domain = domainToASCII(host)
  if (!domainName.test(domain) || numericEnd.test(domain) || local.length + 1 + domain.length > 254) return null
  return `${local.toLowerCase()}@${domain}`
}

const usernamePattern = /^[A-Za-z0-9._-]{3,64}$/

/** The form in which usernames are unique: lower case. `null` where the text is no username. */
export function canonicalUsername (text: string): string | null {
  return usernamePattern.test(text) ? text.toLowerCase() : null
}

/**
 * Folds case as Unicode simple case folding does, code point by code point, so that the length in code points stays:
 * the form in which names are sorted and searched. `İ` and `ı` stay themselves (CaseFolding.txt status T).
 */
export function foldCase (text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text.normalize('NFC')) folded += foldCharacter(character)
  return folded
}

function foldCharacter (character: string): string {
  if (character === '\u0130' || character === '\u0131') return character
  const upper = oneCodePoint(character.toUpperCase(), character)
  return oneCodePoint(upper.toLowerCase(), upper)
}

function oneCodePoint (mapped: string, otherwise: string): string {
  return [...mapped].length === 1 ? mapped : otherwise
}
