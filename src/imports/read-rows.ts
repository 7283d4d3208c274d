// Reads a file of rows, whatever it is written in, one row at a time: memory does not grow with the file.
import type { Readable } from 'node:stream'
import { openChunks } from './chunks.js'
import { type MindHeader, csvRows } from './csv-rows.js'
import { jsonRows } from './json-rows.js'
import { ndjsonRows } from './ndjson-rows.js'
import { isPretty, prettyRows } from './pretty-rows.js'
import type { ReadRow } from './rows.js'

export type { MindHeader } from './csv-rows.js'
export type { ReadRow } from './rows.js'

export const rowFormats = ['auto', 'ndjson', 'json', 'csv'] as const
export type RowFormat = typeof rowFormats[number]

/**
 * The rows of a UTF-8 text, each with its line (JSON array: its element), or what is wrong there. Reading goes on behind
 * a bad row where it is certain where that ends; where it is not (a quote that is never closed), the last row is an error with
 * `ends`. Members in MongoDB's extended JSON come as plain values. An error of the stream itself is thrown, and what
 * `mindHeader` throws about the header of a CSV.
 */
export async function * readRows (stream: Readable, format: RowFormat, mindHeader: MindHeader = () => undefined): AsyncGenerator<ReadRow, void> {
  const { head, chunks } = await openChunks(stream)
  if (isUtf16(head)) return yield { line: 1, error: 'This is UTF-16 text. Convert it to UTF-8 first.', text: '', ends: true }
  switch (format === 'auto' ? formatOf(head) : format) {
    case 'ndjson': return yield * isPretty(head) ? prettyRows(chunks) : ndjsonRows(chunks)
    case 'json': return yield * jsonRows(chunks)
    case 'csv': return yield * csvRows(chunks, head, mindHeader)
  }
}

function formatOf (head: Buffer): Exclude<RowFormat, 'auto'> {
  const first = head.toString('latin1').trimStart()[0]
  if (first === '[') return 'json'
  return first === '{' ? 'ndjson' : 'csv'
}

function isUtf16 (head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
}
