// What counts as one address: an IPv4 address, or an IPv6 /64, which is the least that one customer is given; and the network around it.
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { createRecentKeys } from '../recent-keys.js'

/** Everything that is no address counts as one: nobody gets a fresh budget by making up a text. */
export const noAddress = 'unknown'

/** Keys made lately: parsing takes microseconds, and on a dual-stack socket every address is an IPv6 one. */
const made = createRecentKeys<string>(10_000)

/** The key under which requests from `ip` are counted. */
export function addressKey (ip: string | null): string {
  const known = made.get(ip ?? '')
  if (known !== undefined) return known
  const key = makeKey(ip ?? '')
  made.set(ip ?? '', key)
  return key
}

function makeKey (ip: string): string {
  const address = readAddress(ip)
  if (address === null) return noAddress
  return typeof address === 'string' ? address : `${address.slice(0, 4).join(':')}::/64`
}

/** The network that `ip` belongs to, /24 or /48: where somebody was, they are likely to be again. Null where the text is no address. */
export function networkKey (ip: string | null): string | null {
  const address = readAddress(ip ?? '')
  if (address === null) return null
  return typeof address === 'string' ? `${address.slice(0, address.lastIndexOf('.'))}.0/24` : `${address.slice(0, 3).join(':')}::/48`
}

/** An IPv4 address as text, an IPv6 one as its eight groups, in one spelling each. An IPv4-mapped one is IPv4 (RFC 4291 §2.5.5.2). */
function readAddress (text: string): string | string[] | null {
  const address = text.replace(/%.*$/s, '')
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return null
  const groups = groupsOf(address)
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  if (isMapped) return groups.slice(6).flatMap((group) => [group >> 8, group & 255]).join('.')
  return groups.map((group) => group.toString(16))
}

/** An address as some proxies write it into X-Forwarded-For, without the port: `192.0.2.7:4711`, `[2001:db8::1]:443`. All else stays as it is. */
export function withoutPort (text: string): string {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? ''
  return isIP(bare) === 0 ? text : bare
}

function groupsOf (address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes) => {
    const [a, b, c, d] = bytes.slice(0, 4).map(Number) as [number, number, number, number]
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [head, tail] = hexadecimal.split('::').map(readGroups) as [number[], number[]?]
  if (tail === undefined) return head
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

const readGroups = (text: string): number[] => text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
