// Which member of a foreign row is which field of ours: `--map email=UserName,passwordHash=password`, or the usual names.

/** Our field → the member it is read from. */
export type FieldMap = ReadonlyMap<string, string>
export type ParsedFieldMap = { map: FieldMap, fault?: never } | { map?: never, fault: string }

/** Reads `field=member,…`; `known` are the fields there are (userFields, personFields). */
export function parseFieldMap (text: string, known: readonly string[]): ParsedFieldMap {
  const map = new Map<string, string>()
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=')
    const field = pair.slice(0, Math.max(equals, 0)).trim()
    const member = pair.slice(equals + 1).trim()
    if (field === '' || member === '') return { fault: `"${pair}" is not of the form field=member.` }
    if (!known.includes(field)) return { fault: `There is no field "${field}". There are ${known.join(', ')}.` }
    if (map.has(field)) return { fault: `The field "${field}" is mapped twice.` }
    map.set(field, member)
  }
  return { map }
}
