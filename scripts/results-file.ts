// Results that outlive a run, a line of JSON each: what was measured or proved already is not done again.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

export interface ResultsFile<Result> {
  /** The newest result of each key. */
  read (): Result[]
  add (result: Result): void
  clear (): void
}

export function openResultsFile<Result> (path: string, keyOf: (result: Result) => string): ResultsFile<Result> {
  mkdirSync(dirname(path), { recursive: true })
  return {
    read () {
      if (!existsSync(path)) return []
      const results = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Result)
      return [...new Map(results.map((result) => [keyOf(result), result])).values()]
    },
    add (result) { appendFileSync(path, `${JSON.stringify(result)}\n`) },
    clear () { rmSync(path, { force: true }) }
  }
}
