// JSON objects one after the other, each over several lines: what `mongoexport --pretty` and `jq .` print. An object begins with a line
// that is `{` and ends with one that is `}`: within one, lines are indented, and no text has a line break. So one that is broken is told
// and left behind, as a line of NDJSON is.
import { isBlank, linesOf } from './ndjson-rows.js'
import { type ReadRow, jsonRow, longestRow, overlongRow } from './rows.js'

const [open, close] = [...Buffer.from('{}')]

const lineBreak = Buffer.from('\n')

/** Whether the text begins so; `head` holds its first line. */
export function isPretty (head: Buffer): boolean {
  return /^(?:[ \t\r]*\n)*\{[ \t\r]*\n/.test(head.toString('latin1'))
}

/** `line` is where the object begins. */
export async function * prettyRows (chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadRow, void> {
  let line = 0
  let begun = { line: 0, bytes: 0, lines: [] as Buffer[] }

  function take (): ReadRow {
    const { line, bytes, lines } = begun
    begun = { line: 0, bytes: 0, lines: [] }
    return bytes > longestRow ? overlongRow(line, lines[0] as Buffer) : jsonRow(line, joined(lines)).read
  }

  for await (const bytes of linesOf(chunks)) {
    line += 1
    if (begun.lines.length > 0 && isOnly(bytes, open)) yield take()
    if (begun.lines.length === 0 && isBlank(bytes)) continue
    if (begun.lines.length === 0) begun.line = line
    // Of one that is too long only the beginning is held.
    if (begun.bytes <= longestRow) begun.lines.push(bytes)
    begun.bytes += bytes.length + 1
    if (isOnly(bytes, close)) yield take()
  }
  if (begun.lines.length > 0) yield take()
}

function isOnly (line: Buffer, byte: number | undefined): boolean {
  return line[0] === byte && isBlank(line.subarray(1))
}

function joined (lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap(line => [line, lineBreak]))
}
