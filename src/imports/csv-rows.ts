// CSV with a header line (RFC 4180): commas, semicolons or tabs, quotes, any line end.
import { isUtf8 } from 'node:buffer'
import type { Parser } from 'csv-parse'
import { type ReadRow, longestRow, notUtf8 } from './rows.js'

/** Looks at the names of the columns before any row is read, and throws where they will not do. */
export type MindHeader = (columns: readonly string[]) => void

const delimiters = [',', ';', '\t']

/** `torn`: the index of a field that has swallowed the rows behind it, or -1. */
interface CsvRecord { record: string[], torn: number }

/** `head` is the beginning of the text with its header line: it tells the delimiter. What `mindHeader` throws ends the reading. */
export async function * csvRows (chunks: AsyncIterable<Buffer>, head: Buffer, mindHeader: MindHeader): AsyncGenerator<ReadRow, void> {
  // Loaded here: no other command, and not the service, has to do with CSV.
  const { parse } = await import('csv-parse')
  const delimiter = delimiterOf(head)
  // Records are taken as they are found, not from the parser's readable side: that one drops what it holds on an error.
  const records: CsvRecord[] = []
  const parser = parse({
    // As Latin-1 every byte is a character of its own, and each record is judged for itself whether it is UTF-8.
    encoding: 'latin1', delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_quotes: true, relax_column_count: true, max_record_size: longestRow,
    raw: true,
    on_record (found: unknown) {
      // With `raw` it is this, which the parser's types do not know.
      const { record, raw } = found as { record: string[], raw: string }
      records.push({ record, torn: record.findIndex(field => hasSwallowed(field, raw)) })
      return null
    }
  })
  parser.on('error', () => undefined)
  const table = createTable(delimiter, mindHeader)
  for await (const chunk of chunks) {
    const error = await written(parser, chunk)
    yield * records.splice(0).flatMap(table.read)
    const fault = faultOf(error) ?? table.fault()
    if (fault !== null) return yield table.broken(fault)
  }
  const error = await written(parser)
  yield * records.splice(0).flatMap(table.read)
  const fault = faultOf(error) ?? table.fault()
  if (fault !== null) yield table.broken(fault)
}

/** The parser's error in our words: it counts lines on to where it gave up, which is not where the row begins. So relaxed as it
 * is here, it knows no others. */
function faultOf (error: Error | null | undefined): string | null {
  if (error === null || error === undefined) return null
  if ('code' in error && error.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote in the row that begins here is never closed'
  return `the row that begins here is longer than ${longestRow} bytes, or has a quote that is never closed`
}

/** The fields of a record that was read as Latin-1, or null where they are not UTF-8. */
function decoded (record: string[]): string[] | null {
  for (const [index, field] of record.entries()) {
    if (!/[\x80-\xff]/.test(field)) continue
    const bytes = Buffer.from(field, 'latin1')
    if (!isUtf8(bytes)) return null
    record[index] = bytes.toString('utf8')
  }
  return record
}

/** The delimiter that the first line has most of, outside of quotes. */
function delimiterOf (head: Buffer): string {
  const [line = ''] = head.toString('utf8').trimStart().replace(/"[^"]*"/g, '').split(/[\r\n]/)
  const counts = delimiters.map(delimiter => line.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))] as string
}

/** Writes the chunk, or ends without one; the parser's error, if it has any. */
function written (parser: Parser, chunk?: Buffer): Promise<Error | null | undefined> {
  return new Promise(resolve => {
    if (chunk === undefined) parser.end((error?: Error | null) => { resolve(error) })
    else parser.write(chunk, resolve)
  })
}

interface Table {
  read (found: CsvRecord): ReadRow[]
  /** What is wrong with the header. */
  fault (): string | null
  broken (fault: string): ReadRow
}

function createTable (delimiter: string, mindHeader: MindHeader): Table {
  let line = 1
  let header: string[] | null = null
  let fault: string | null = null

  function read ({ record: raw, torn }: CsvRecord): ReadRow[] {
    if (fault !== null) return []
    const begins = line
    line += 1 + lineBreaksIn(raw)
    if (raw.length === 1 && raw[0] === '') return []
    const record = decoded(raw)
    if (header === null) {
      header = record?.map(name => name.trim()) ?? []
      if (record !== null) mindHeader(header)
      fault = record === null ? 'the header is not valid UTF-8' : headerFault(header)
      if (fault !== null) line = begins
      return []
    }
    if (record === null) return [{ line: begins, error: notUtf8, text: raw.map(quoted).join(delimiter) }]
    if (record.length !== header.length) {
      return [{ line: begins, error: `This has ${record.length} columns, the header ${header.length}.`, text: record.map(quoted).join(delimiter) }]
    }
    if (torn !== -1) {
      const text = record.map((field, index) => index === torn ? field : quoted(field)).join(delimiter)
      return [{ line: begins, error: `A quote is missing in this row: a field holds what seem to be the rows up to line ${line - 1}.`, text }]
    }
    return [{ line: begins, row: Object.fromEntries(header.map((name, index) => [name, record[index]])) }]
  }

  return { read, fault: () => fault, broken: fault => ({ line, error: `The CSV cannot be read from here on: ${fault}.`, text: '', ends: true }) }
}

/** Of a name that is there twice: which of the two would count? */
function headerFault (header: readonly string[]): string | null {
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index)
  return twice === undefined ? null : `the header names ${quoted(twice)} twice`
}

/** Whether a field of several lines holds the rows that follow it, for want of its closing quote: it goes on to another's, for which the parser
 * leaves it its own quotes. Those that `raw`, the whole record, has doubled are its text. */
function hasSwallowed (field: string, raw: string): boolean {
  return field.startsWith('"') && /[\r\n]/.test(field) && !raw.includes(quoted(field))
}

function lineBreaksIn (record: string[]): number {
  return record.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
}

function quoted (field: string): string {
  return /[",;\t\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
