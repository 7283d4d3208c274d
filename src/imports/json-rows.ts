// A JSON array of objects, element by element. (stream-json would lose the elements before a fault in the same chunk.)
import { createElementSplitter } from './json-elements.js'
import { type ReadRow, jsonRow, longestRow, overlongRow } from './rows.js'

/** Ends with an error row where the array is broken: past a syntax error nothing can be told apart with certainty. */
export async function * jsonRows (chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadRow, void> {
  const splitter = createElementSplitter()
  let line = 0
  for await (const chunk of chunks) {
    for (const bytes of splitter.push(chunk)) {
      line += 1
      const { read, broken } = jsonRow(line, bytes)
      yield read
      if (broken) return
    }
    if (splitter.pending() > longestRow) return yield overlongRow(line + 1, splitter.rest())
  }
  const fault = splitter.fault()
  if (fault !== null) yield { line: line + 1, error: fault, text: splitter.rest().toString('utf8') }
}
