// NDJSON: one JSON object a line. A line that cannot be read is told and left behind.
import { type ReadRow, jsonRow, longestRow, overlongRow } from './rows.js'

const newline = 0x0a

export async function * ndjsonRows (chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadRow, void> {
  let line = 0
  for await (const bytes of linesOf(chunks)) {
    line += 1
    if (bytes.length > longestRow) yield overlongRow(line, bytes)
    else if (!isBlank(bytes)) yield jsonRow(line, bytes).read
  }
}

/** The lines without their end. Of one that is too long only the beginning, as much as shows that. */
export async function * linesOf (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let begun: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield begun.length === 0 ? chunk.subarray(start, end) : joined(begun, chunk.subarray(start, end))
      begun = Buffer.alloc(0)
      start = end + 1
    }
    begun = joined(begun, chunk.subarray(start))
  }
  if (begun.length > 0) yield begun
}

function joined (begun: Buffer, more: Buffer): Buffer {
  return begun.length > longestRow ? begun : Buffer.concat([begun, more])
}

export function isBlank (bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x0d || byte === 0x09)
}
