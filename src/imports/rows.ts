// What a reader of any format yields: a row, or what is wrong in its place.
import { isUtf8 } from 'node:buffer'
import { plainRow } from './extended-json.js'

/** `line` counts from 1: the line of the text, or the element of a JSON array. `text` is what could not be read.
 * `ends`: nothing behind it can be read either, and nothing follows. */
export type ReadRow =
  | { line: number, row: Record<string, unknown>, error?: never, text?: never, ends?: never }
  | { line: number, error: string, text: string, ends?: true, row?: never }

/** The longest row that is read, in bytes. */
export const longestRow = 1_048_576

/** So many objects and arrays may lie in one another. */
const deepest = 100

export const notUtf8 = 'This is not valid UTF-8.'

/** One JSON text as a row. `broken`: the text is no JSON at all. */
export function jsonRow (line: number, bytes: Buffer): { read: ReadRow, broken: boolean } {
  if (!isUtf8(bytes)) return { read: { line, error: notUtf8, text: bytes.toString('latin1') }, broken: false }
  const text = bytes.toString('utf8')
  try {
    const row = plainRow(JSON.parse(text))
    if (row === null) return { read: { line, error: 'This is not a JSON object.', text }, broken: false }
    return { read: isDeep(row) ? { line, error: `This is nested more than ${deepest} deep.`, text } : { line, row }, broken: false }
  } catch {
    return { read: { line, error: 'This is not valid JSON.', text }, broken: true }
  }
}

/** Whoever goes through a row may do so by recursion. */
function isDeep (value: unknown, depth = 0): boolean {
  return typeof value === 'object' && value !== null && (depth > deepest || Object.values(value).some(member => isDeep(member, depth + 1)))
}

/** A row that is too long, told by its beginning. */
export function overlongRow (line: number, bytes: Buffer): ReadRow {
  return { line, error: `This is longer than ${longestRow} bytes.`, text: `${bytes.subarray(0, 200).toString('utf8')}…` }
}
