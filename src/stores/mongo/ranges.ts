// Prefix search and keyset pages as ranges over an index; never a pattern.
import { foldCase } from '../../text.js'

const lastCodePoint = 0x10ffff

/** The smallest text, in code point order, that is greater than every text that begins with `prefix`; null where there is none. */
export function afterPrefix (prefix: string): string | null {
  const points = Array.from(prefix, character => character.codePointAt(0) as number)
  while (points.at(-1) === lastCodePoint) points.pop()
  const last = points.pop()
  if (last === undefined) return null
  // Surrogates are no code points of well-formed text.
  points.push(last === 0xd7ff ? 0xe000 : last + 1)
  return String.fromCodePoint(...points)
}

/** Texts that begin with `prefix`. */
export function beginsWith (prefix: string): { $gte: string, $lt?: string } {
  const end = afterPrefix(prefix)
  return end === null ? { $gte: prefix } : { $gte: prefix, $lt: end }
}

/** Documents of which one of `members`, which are folded, begins with `q` folded; each branch has an index of its own. The empty prefix is in all. */
export function anyBeginsWith (members: readonly string[], q: string | undefined): object[] {
  if (q === undefined || q === '') return []
  const range = beginsWith(foldCase(q))
  return [{ $or: members.map(member => ({ [member]: range })) }]
}

/** Documents after `key` and, among equals, after `id`, in the order of `member`. The bound on `member` alone is what the index sees. */
export function afterPosition (member: string, direction: 1 | -1, key: string | number | Date, id: string): object[] {
  const [from, beyond] = direction === 1 ? ['$gte', '$gt'] : ['$lte', '$lt']
  return [
    { [member]: { [from as string]: key } },
    { $or: [{ [member]: { [beyond as string]: key } }, { _id: { $gt: id } }] }
  ]
}

/** All clauses at once. */
export function allOf (clauses: object[]): object {
  return clauses.length === 0 ? {} : { $and: clauses }
}
