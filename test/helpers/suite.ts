// Plays all test files of a folder in one process: loading the service costs more than most of its tests.
import { readdirSync } from 'node:fs'
import t from 'tap'

const root = new URL('..', import.meta.url)

/** Loads one file after the other, then plays their tests in that order; a line with its name stands before those of a file. */
export function playFolder (folder: string): void {
  // While this one lasts, the tests of the files queue up behind it.
  void t.test(`all files of ${folder} are loaded`, async () => { await load(folder) })
}

async function load (folder: string): Promise<void> {
  for (const file of testsIn(folder)) {
    void t.test(`${folder}/${file}`, async () => undefined)
    await import(new URL(`${folder}/${file}`, root).href)
  }
}

export function testsIn (folder: string): string[] {
  return readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.test.ts')).sort()
}
