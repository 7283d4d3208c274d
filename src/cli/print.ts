// How results are printed: lines for people, JSON for programs.
import type { Output } from './io.js'

export function printLine (output: Output, text: string): void {
  output.write(`${text}\n`)
}

/** One JSON value in a line; a list is printed by calling this for each (NDJSON). */
export function printJson (output: Output, value: unknown): void {
  printLine(output, JSON.stringify(value))
}

/** Text that came from strangers, without what a terminal would obey: control characters, and marks that turn the writing round. */
export function plain (text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd')
}

/** Rows that are printed as they come, in columns whose widths are known beforehand; the last one is as wide as it likes. */
export function createTable (output: Output, columns: ReadonlyArray<readonly [heading: string, width: number]>) {
  const print = (cells: readonly string[]): void => { printLine(output, cells.map((cell, index) => plain(cell).padEnd(Number(columns[index]?.[1]))).join('  ').trimEnd()) }
  let begun = false
  return {
    row (cells: readonly string[]): void {
      if (!begun) print(columns.map(([heading]) => heading))
      begun = true
      print(cells)
    }
  }
}

/** Rows under their headings, in columns as wide as they need to be. */
export function printTable (output: Output, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, index) => Math.max(heading.length, ...rows.map((row) => (row[index] ?? '').length)))
  for (const row of [headings, ...rows]) {
    printLine(output, row.map((cell, index) => cell.padEnd(Number(widths[index]))).join('  ').trimEnd())
  }
}

/** A span of time as people say it: `45 s`, `5 min 15 s`, `1 h 10 min`. */
export function sayDuration (seconds: number): string {
  const parts: Array<[number, string]> = [[Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [Math.round(seconds) % 60, 's']]
  const said = parts.filter(([count]) => count > 0).slice(0, 2).map(([count, unit]) => `${count} ${unit}`)
  return said.length === 0 ? '0 s' : said.join(' ')
}

/** `1 row`, `2 rows`, with thousands apart. */
export function count (number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
