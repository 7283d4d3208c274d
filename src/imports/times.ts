// Times as foreign rows write them.

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?<zone> ?Z| ?[+-]\d\d:?\d\d)?)?$/

/** Less, which would be before May 1970, is seconds, or a 0 that stands for never. Of a text eleven digits are asked for to the same end. */
const leastMilliseconds = 1e10

/** A time from a Date, ISO 8601 text (UTC where it names no zone) or milliseconds since 1970; null for anything else. */
export function readTime (value: unknown): Date | null {
  if (value instanceof Date) return valid(value)
  if (typeof value === 'number') return value < leastMilliseconds ? null : valid(new Date(value))
  if (typeof value !== 'string') return null
  const text = value.trim()
  if (/^\d{11,14}$/.test(text)) return valid(new Date(Number(text)))
  const found = iso.exec(text)
  if (found === null) return null
  const dated = text.length === 10 || found.groups?.['zone'] !== undefined
  return valid(new Date(`${text.replace(' ', 'T').replace(' ', '')}${dated ? '' : 'Z'}`))
}

/** When a MongoDB ObjectId was made: its first four bytes are seconds since 1970. */
export function objectIdTime (value: unknown): Date | null {
  return typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value) ? new Date(Number.parseInt(value.slice(0, 8), 16) * 1000) : null
}

// The years that RFC 3339 can write, from the beginning of Unix time on.
function valid (time: Date): Date | null {
  return time.getTime() >= 0 && time.getUTCFullYear() <= 9999 ? time : null
}
