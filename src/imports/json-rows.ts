// A JSON array of objects, element by element. (stream-json would lose the elements before a fault in the same chunk.)
import { objectsSideBySide } from './json-damage.js'
import { createElementSplitter } from './json-elements.js'
import { type ReadRow, jsonRow, longestRow } from './rows.js'

/** Goes on behind an element that is no JSON, where it is certain where that ends; otherwise ends with an error row. */
export async function * jsonRows (chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadRow, void> {
  const splitter = createElementSplitter()
  let line = 0
  for await (const chunk of chunks) {
    for (const bytes of splitter.push(chunk)) {
      line += 1
      const { read, broken } = jsonRow(line, bytes)
      const objects = broken ? objectsSideBySide(bytes) : 1
      if (objects === null) return yield unreadable(line, 'this is not valid JSON', bytes)
      if (objects < 2) yield read
      else {
        // A row for each, so that none is lost from the count.
        const text = bytes.toString('utf8')
        for (let told = 0; told < objects; told += 1) yield { line: line + told, error: 'This is not valid JSON: a comma is missing between two elements.', text }
        line += objects - 1
      }
    }
    if (splitter.pending() > longestRow) return yield unreadable(line + 1, `this is longer than ${longestRow} bytes`, splitter.rest())
  }
  const fault = splitter.fault()
  if (fault !== null) yield unreadable(line + 1, fault, splitter.rest())
}

function unreadable (line: number, fault: string, bytes: Buffer): ReadRow {
  return { line, error: `The JSON array cannot be read from here on: ${fault}.`, text: bytes.toString('utf8'), ends: true }
}
