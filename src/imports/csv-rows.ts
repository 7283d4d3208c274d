// CSV with a header line (RFC 4180): commas, semicolons or tabs, quotes, any line end.
import type { Parser } from 'csv-parse'
import { type ReadRow, longestRow } from './rows.js'

const delimiters = [',', ';', '\t']

/** `head` is the beginning of the text with its header line: it tells the delimiter. */
export async function * csvRows (chunks: AsyncIterable<Buffer>, head: Buffer): AsyncGenerator<ReadRow, void> {
  // Loaded here: no other command, and not the service, has to do with CSV.
  const { parse } = await import('csv-parse')
  const delimiter = delimiterOf(head)
  // Records are taken as they are found, not from the parser's readable side: that one drops what it holds on an error.
  const records: string[][] = []
  const parser = parse({
    delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_quotes: true, relax_column_count: true, max_record_size: longestRow,
    on_record: (record: string[]) => { records.push(record); return null }
  })
  parser.on('error', () => undefined)
  const table = createTable(delimiter)
  const isUtf8 = createUtf8Check()
  for await (const chunk of chunks) {
    const error = isUtf8(chunk) ? await written(parser, chunk) : new Error('it is not valid UTF-8')
    yield * records.splice(0).flatMap(table.read)
    const fault = error ?? table.fault()
    if (fault) return yield table.broken(fault)
  }
  const error = await written(parser)
  yield * records.splice(0).flatMap(table.read)
  const fault = error ?? table.fault()
  if (fault) yield table.broken(fault)
}

/** Whether the chunks so far are UTF-8; a character may lie across two. */
function createUtf8Check (): (chunk: Buffer) => boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return chunk => {
    try {
      decoder.decode(chunk, { stream: true })
      return true
    } catch {
      return false
    }
  }
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
  read (record: string[]): ReadRow[]
  /** What is wrong with the header. */
  fault (): Error | null
  broken (error: Error): ReadRow
}

function createTable (delimiter: string): Table {
  let line = 1
  let header: string[] | null = null
  let fault: Error | null = null

  function read (record: string[]): ReadRow[] {
    const begins = line
    line += 1 + lineBreaksIn(record)
    if (fault !== null || (record.length === 1 && record[0] === '')) return []
    if (header === null) {
      header = record.map(name => name.trim())
      const twice = header.find((name, index) => name !== '' && header?.indexOf(name) !== index)
      // Which of the two would count?
      if (twice !== undefined) fault = new Error(`the header names ${quoted(twice)} twice`)
      return []
    }
    if (record.length !== header.length) {
      return [{ line: begins, error: `This has ${record.length} columns, the header ${header.length}.`, text: record.map(quoted).join(delimiter) }]
    }
    return [{ line: begins, row: Object.fromEntries(header.map((name, index) => [name, record[index]])) }]
  }

  return { read, fault: () => fault, broken: error => ({ line, error: `The CSV cannot be read from here on: ${error.message}.`, text: '' }) }
}

function lineBreaksIn (record: string[]): number {
  return record.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
}

function quoted (field: string): string {
  return /[",;\t\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
