// Where a session comes from: said in words for a mail, and as what makes two places the same.
import { isIPv4, isIPv6 } from 'node:net'

const browsers: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bEdgA?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\b(?:Firefox|FxiOS)\//, 'Firefox'], [/\b(?:Chrome|CriOS)\//, 'Chrome'], [/\bSafari\//, 'Safari']
]
const systems: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bWindows\b/, 'Windows'], [/\bAndroid\b/, 'Android'], [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bMac OS X\b/, 'macOS'], [/\bLinux\b/, 'Linux']
]

/** A program in a few words. What it says of itself is used only as far as it cannot pass for a link or a message. */
export function describeProgram (userAgent: string | null): string {
  const text = userAgent ?? ''
  const find = (list: typeof browsers): string | undefined => list.find(([pattern]) => pattern.test(text))?.[1]
  const browser = find(browsers)
  const system = find(systems)
  const name = browser ?? /^[A-Za-z][A-Za-z0-9_-]{0,39}(?=\/|$)/.exec(text)?.[0] ?? 'an unknown program'
  return system === undefined ? name : `${name} on ${system}`
}

/**
 * How the texts of all addresses of the same network begin: the /24 of an IPv4 address, the /48 of an IPv6 one as RFC 5952
 * writes it. Empty where the text is no address.
 */
export function networkPrefixes (ip: string): string[] {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  const ipv4 = mapped ?? ip
  if (isIPv4(ipv4)) {
    const prefix = ipv4.slice(0, ipv4.lastIndexOf('.') + 1)
    return [prefix, `::ffff:${prefix}`]
  }
  if (!isIPv6(ip)) return []
  const [a = '', b = '', c = ''] = firstGroups(ip)
  // RFC 5952 §4.2 shortens the longest run of zeros: where the third group is 0, either the run has begun by then or it comes later.
  const written = [`${a}:${b}:${c}:`]
  if (c === '0') written.push(b !== '0' ? `${a}:${b}::` : a !== '0' ? `${a}::` : '::')
  return written
}

function firstGroups (ip: string): string[] {
  const address = ip.toLowerCase().replace(/%.*$/, '')
  // `::` stands for all the zero groups that are missing (RFC 4291 §2.2).
  const [before, after] = address.split('::').map((part) => part.split(':').filter((group) => group !== '')) as [string[], string[]?]
  const zeros = after === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return [...before, ...zeros, ...after ?? []].slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ''))
}
