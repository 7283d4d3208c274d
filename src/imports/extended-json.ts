// MongoDB's extended JSON, relaxed and canonical, as mongoexport writes it: the members of a row as plain values.

const conversions = new Map<string, (inner: unknown) => unknown>([
  ['$oid', inner => inner],
  ['$uuid', inner => inner],
  ['$date', inner => toDate(plainValue(inner))],
  ['$numberInt', Number],
  ['$numberLong', Number],
  ['$numberDouble', Number],
  ['$numberDecimal', Number]
])

/** The object with its own members made plain, or null for what is no object. Members of members stay as they are. */
export function plainRow (value: unknown): Record<string, unknown> | null {
  if (!isObject(value)) return null
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainValue(member)]))
}

function plainValue (value: unknown): unknown {
  if (!isObject(value)) return value
  const [member, ...others] = Object.entries(value)
  if (member === undefined || others.length > 0) return value
  const convert = conversions.get(member[0])
  return convert === undefined ? value : convert(member[1])
}

function toDate (value: unknown): unknown {
  return typeof value === 'string' || typeof value === 'number' ? new Date(value) : value
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
